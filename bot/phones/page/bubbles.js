// One message as a bubble. Everything typed by anyone becomes text nodes, never markup.

import { hour, word } from "./words.js";

const STYLES = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "mark", blockquote: "q" };

export function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(name, text, label, act) {
  const node = make("button", name, text);
  node.type = "button";
  if (label) { node.setAttribute("aria-label", label); node.title = label; }
  node.addEventListener("click", act);
  return node;
}

// Telegram counts entities in UTF-16 units, as JavaScript does its strings.
function words(message, hands) {
  const holder = make("div", "words");
  const cuts = new Set([0, message.text.length]);
  for (const one of message.entities) { cuts.add(one.offset); cuts.add(one.offset + one.length); }
  const places = [...cuts].sort((a, b) => a - b);
  for (let i = 0; i + 1 < places.length; i += 1) {
    const [from, to] = [places[i], places[i + 1]];
    let node = document.createTextNode(message.text.slice(from, to));
    for (const one of message.entities) {
      if (one.offset <= from && one.offset + one.length >= to) node = styled(one, node, hands);
    }
    holder.append(node);
  }
  return holder;
}

function styled(entity, inside, hands) {
  if (entity.type === "bot_command") {
    const command = inside.textContent;
    return button("command", command, "", () => hands.say(command));
  }
  if (entity.type === "text_link") return button("command", inside.textContent, entity.url, () => hands.open(entity.url));
  const node = make(STYLES[entity.type] ?? "span");
  node.append(inside);
  return node;
}

function quoted(message, hands) {
  const node = button("quoted", "", word("answers"), () => hands.show(message.reply.id));
  node.append(make("b", "", message.reply.bot ? hands.bot : message.reply.from), make("span", "", message.reply.text || word("gone")));
  return node;
}

function inline(message, hands) {
  const rows = make("div", "inline");
  for (const row of message.buttons) {
    const line = make("div", "row");
    for (const one of row) {
      const act = one.data !== undefined ? () => hands.tap(message, one.data)
        : one.url !== undefined ? () => hands.open(one.url)
        : () => hands.copy(one.copy ?? "");
      const mark = one.url !== undefined ? " ↗" : one.copy !== undefined ? " ❐" : "";
      line.append(button("key", one.text + mark, "", act));
    }
    rows.append(line);
  }
  return rows;
}

function foot(message, zone) {
  const marks = ["pinned", "silent", "edited"].filter((name) => message[name]).map(word);
  return make("span", "foot", [...marks, hour(message.date, zone)].join(" · "));
}

function acts(message, hands) {
  const tools = make("span", "tools");
  const mine = message.reactions.some((one) => one.mine);
  tools.append(button("", "↩", word("reply"), () => hands.reply(message)));
  tools.append(button("", mine ? "♥" : "♡", word("react"), () => hands.react(message, mine ? null : "❤")));
  if (message.mine && !message.media) tools.append(button("", "✎", word("edit"), () => hands.edit(message)));
  if (message.mine) tools.append(button("", "✕", word("erase"), () => hands.erase(message)));
  return tools;
}

function file(message) {
  const address = `/phones/file/${encodeURIComponent(message.file.id)}`;
  if (message.media === "photo") {
    const picture = make("img", "picture");
    picture.src = address;
    picture.alt = message.text || word("media").photo;
    return picture;
  }
  if (message.media === "voice" || message.media === "audio") {
    const sound = make("audio", "sound");
    sound.controls = true;
    sound.preload = "none";
    sound.src = address;
    return sound;
  }
  const link = make("a", "media", `${word("media").document} ${message.file.name}`);
  link.href = address;
  link.download = message.file.name;
  return link;
}

function hearts(message) {
  const line = make("span", "reactions");
  for (const one of message.reactions) line.append(make("span", one.mine ? "mine" : "", one.emoji));
  return line;
}

export function bubble(message, zone, hands, named) {
  const item = make("li", `message ${message.mine ? "mine" : "theirs"}${message.bot ? " bot" : ""}`);
  item.dataset.id = message.id;
  if (message.service) {
    item.className = "service";
    const said = word("service")[message.service];
    item.append(make("span", "", message.topic_name ? `${said}: ${message.topic_name}` : said));
    return item;
  }
  const box = make("div", "bubble");
  if (message.protected) box.title = word("protected");
  if (named && !message.mine) box.append(make("b", "name", message.bot ? hands.bot : message.from));
  if (message.reply) box.append(quoted(message, hands));
  if (message.file) box.append(file(message));
  else if (message.media) box.append(make("div", "media", word("media")[message.media]));
  if (message.text) box.append(words(message, hands));
  if (message.reactions.length) box.append(hearts(message));
  box.append(foot(message, zone));
  const line = make("div", "line");
  line.append(box, acts(message, hands));
  item.append(line);
  if (message.buttons.length) item.append(inline(message, hands));
  return item;
}
