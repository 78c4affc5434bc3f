// One message as a bubble.

import { hour, span } from "./moments.js";
import { button, make } from "./nodes.js";
import { word } from "./words.js";

const STYLES = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "mark", blockquote: "q" };

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
  const words_ = message.reply.text || word("gone");
  const node = button("quoted", "", `${word("answers")}: ${words_}`, () => hands.show(message.reply.id));
  node.append(make("b", "", message.reply.bot ? hands.bot : message.reply.from), make("span", "", words_));
  return node;
}

// A button that tells the bot something, opens something, or copies something.
function key(one, message, hands) {
  if (one.data !== undefined) return button("key", one.text, "", () => hands.tap(message, one.data));
  if (one.url !== undefined) return button("key link", one.text, "", () => hands.open(one.url));
  return button("key copy", one.text, "", () => hands.copy(one.copy ?? ""));
}

function inline(message, hands) {
  const rows = make("div", "inline");
  for (const row of message.buttons) {
    const line = make("div", "row");
    line.append(...row.map((one) => key(one, message, hands)));
    rows.append(line);
  }
  return rows;
}

function foot(message, zone) {
  const marks = ["pinned", "silent", "edited"].filter((name) => message[name]).map((name) => word(name));
  return make("span", "foot", [...marks, hour(message.date, zone)].join(" · "));
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function sound(message, address) {
  const box = make("div", "sound");
  const player = make("audio");
  player.controls = true;
  player.preload = "none";
  player.src = address;
  player.setAttribute("aria-label", word("media")[message.media]);
  box.append(player, make("span", "soft", `${word("media")[message.media]} · ${span(message.file.duration)}`));
  return box;
}

function file(message) {
  const address = `/phones/file/${encodeURIComponent(message.file.id)}`;
  if (message.media === "photo") {
    const picture = make("img", "picture");
    picture.src = address;
    picture.alt = message.text || word("media").photo;
    return picture;
  }
  if (message.media === "voice" || message.media === "audio") return sound(message, address);
  const link = make("a", "document");
  link.href = address;
  link.download = message.file.name || message.file.id;
  link.title = word("download");
  const about = make("span", "");
  about.append(make("b", "", message.file.name || word("media").document), make("span", "soft", `${size(message.file.size)} · ${word("download")}`));
  const mark = make("span", "mark", "↓");
  mark.setAttribute("aria-hidden", "true");
  link.append(mark, about);
  return link;
}

function hearts(message, me) {
  const line = make("span", "reactions");
  for (const one of message.reactions) line.append(make("span", one.user === me ? "mine" : "", one.emoji));
  return line;
}

function service(message) {
  const item = make("li", "service");
  const said = word("service")[message.service] ?? message.service;
  item.append(make("span", "", message.topic_name ? `${said}: ${message.topic_name}` : said));
  return item;
}

// `me` is whose screen it is; `named` says who wrote it, as groups do.
export function bubble(message, zone, hands, me, named) {
  if (message.service) return service(message);
  const mine = message.user === me;
  const item = make("li", `message ${mine ? "mine" : "theirs"}${message.bot ? " bot" : ""}`);
  item.dataset.id = message.id;
  item.tabIndex = -1;
  const box = make("div", "bubble");
  if (message.protected) box.title = word("protected");
  if (named && !mine) box.append(make("b", "name", message.bot ? hands.bot : message.from));
  if (message.reply) box.append(quoted(message, hands));
  if (message.file) box.append(file(message));
  else if (message.media) box.append(make("div", "media", word("media")[message.media]));
  if (message.text) box.append(words(message, hands));
  if (message.reactions.length) box.append(hearts(message, me));
  box.append(foot(message, zone));
  const tool = button("tool", "⋯", word("acts"), () => hands.menu(message, item));
  tool.setAttribute("aria-expanded", "false");
  const line = make("div", "line");
  line.append(box, tool);
  item.append(line);
  if (message.buttons.length) item.append(inline(message, hands));
  return item;
}
