// The page: asks the server for everything that is to be seen, draws it, and says what people do.

import { bubble, button, make } from "./bubbles.js";
import { currentLanguage, day, hour, speak, word } from "./words.js";

const stage = document.getElementById("stage");
const trouble = document.getElementById("trouble");
const screens = new Map();
const seen = JSON.parse(sessionStorage.getItem("seen") ?? "{}");
let latest = null;
let moving = false;

// Talking to the server

async function act(what, body) {
  const answer = await fetch(`/phones/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  return answer?.ok ?? false;
}

async function refresh() {
  const answer = await fetch("/phones/state").catch(() => null);
  trouble.hidden = Boolean(answer?.ok);
  if (!answer?.ok) { trouble.textContent = word("lost"); return; }
  latest = await answer.json();
  draw();
}

let asked = false;
let again = false;
async function soon() {
  if (asked) { again = true; return; }
  asked = true;
  do { again = false; await refresh(); } while (again);
  asked = false;
}

function listen() {
  const events = new EventSource("/phones/events");
  events.onmessage = soon;
  events.onerror = () => { trouble.textContent = word("lost"); trouble.hidden = false; };
}

// One screen: a phone, or the desk

class Screen {
  constructor(key) {
    this.node = document.getElementById("screen").content.firstElementChild.cloneNode(true);
    this.key = key;
    this.drawn = new Map();
    this.reply = null;
    this.editing = null;
    this.notice = undefined;
    this.thread = null;
    this.sticks = true;
    this.find = (selector) => this.node.querySelector(selector);
    this.find("form").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.find("textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
      if (event.key === "Escape") this.forget();
    });
    this.find("textarea").addEventListener("input", () => this.grow());
    this.find(".answering button").addEventListener("click", () => this.forget());
    this.find(".start").addEventListener("click", () => act(this.data.blocked ? "unblock" : "start", { user: this.data.user }));
    this.find(".menu").addEventListener("click", () => this.toggleCommands());
    const log = this.find(".log");
    log.addEventListener("scroll", () => { this.sticks = log.scrollHeight - log.scrollTop - log.clientHeight < 60; });
    new ResizeObserver(() => this.toEnd()).observe(log);
    stage.append(this.node);
  }

  get desk() { return this.key === "desk"; }
  get place() { return { user: this.user, chat: this.data.chat }; }
  get user() { return this.writer ?? this.data.user; }

  // What hands do here

  async send() {
    const box = this.find("textarea");
    const text = box.value.trim();
    if (!text) return;
    const done = this.editing
      ? await act("edit", { ...this.place, message: this.editing.id, text })
      : await act("say", { ...this.place, text, thread: this.thread, reply_to: this.reply?.id ?? null });
    if (!done) return;
    this.sticks = true;
    box.value = "";
    this.grow();
    this.forget();
  }

  say(text) { return act("say", { ...this.place, text, thread: this.thread }); }
  tap(message, data) { return act("tap", { ...this.place, message: message.id, data }); }
  react(message, emoji) { return act("react", { ...this.place, message: message.id, emoji }); }
  erase(message) { return act("erase", { ...this.place, message: message.id }); }
  answer(message) { this.editing = null; this.hold(message, word("answers")); this.reply = message; }

  edit(message) {
    this.forget();
    this.hold(message, word("edit"));
    this.editing = message;
    this.find("textarea").value = message.text;
    this.grow();
  }

  hold(message, what) {
    const words = message.text || word("media")[message.media] || "";
    this.find(".answering span").textContent = `${what}: ${words.slice(0, 70)}`;
    this.find(".answering").hidden = false;
    this.find("textarea").focus();
  }

  forget() {
    if (this.editing) this.find("textarea").value = "";
    this.reply = this.editing = null;
    this.find(".answering").hidden = true;
  }

  open(link) {
    const payload = payloadOf(link);
    if (payload !== null && !this.desk) act("start", { user: this.user, payload });
    else if (/^(https?|tel):/.test(link)) window.open(link, "_blank", "noopener,noreferrer");
    else this.tell(link);
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => null);
    this.tell(word("copied"));
  }

  show(id) {
    const node = this.find(`[data-id="${id}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("lit");
    setTimeout(() => node?.classList.remove("lit"), 1200);
  }

  tell(text, stays = false) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { toast.hidden = true; }, stays ? 8000 : 3500);
  }

  grow() {
    const box = this.find("textarea");
    box.rows = Math.min(5, Math.max(1, box.value.split("\n").length, Math.ceil(box.value.length / 34)));
  }

  // Drawing

  draw(data) {
    this.data = data;
    this.node.classList.toggle("desk", this.desk);
    this.find("h2").textContent = this.desk ? word("desk") : `${word(data.role)} · ${data.name}`;
    this.find(".whose p").textContent = this.desk ? `${data.title} · ${word("who")}: ${this.writerName()}` : `${data.bot} · ${data.language}`;
    this.find(".avatar").textContent = [...(this.desk ? data.title : data.name)][0] ?? "";
    this.node.setAttribute("aria-label", this.find("h2").textContent);
    this.find(".log").setAttribute("aria-label", this.find("h2").textContent);
    for (const [selector, name_] of [["textarea", "write"], [".send", "send"], [".menu", "menu"], [".more summary", "more"], [".answering button", "cancel"]]) {
      this.find(selector).setAttribute("aria-label", word(name_));
    }
    this.find("textarea").placeholder = word("write");
    if (this.desk) this.drawTabs();
    this.drawMore();
    this.drawLock();
    this.drawKeys();
    this.drawLog();
    this.drawNotice();
  }

  writerName() { return this.data.people?.find((one) => one.user === this.user)?.name ?? this.data.name; }
  shown() { return this.desk ? this.data.messages.filter((one) => one.thread === this.thread) : this.data.messages; }

  drawTabs() {
    const { topics } = this.data;
    if (this.thread !== null && !topics.some((one) => one.id === this.thread)) this.thread = null;
    const tabs = this.find(".tabs");
    tabs.hidden = false;
    const focused = tabs.contains(document.activeElement) ? document.activeElement.dataset.thread : null;
    tabs.replaceChildren();
    for (const topic of [{ id: null, name: word("general") }, ...topics]) {
      const inside = this.data.messages.filter((one) => one.thread === topic.id);
      const key = `${this.key}/${topic.id}`;
      if (topic.id === this.thread) seen[key] = Math.max(0, ...inside.map((one) => one.id));
      const unread = inside.filter((one) => one.id > (seen[key] ?? 0) && !one.service && !one.mine);
      const tab = button("tab", `${topic.name}${topic.closed ? ` (${word("closed")})` : ""}`, "", () => this.turnTo(topic.id));
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(topic.id === this.thread));
      tab.dataset.thread = topic.id;
      if (unread.length) tab.append(make("span", unread.some((one) => !one.silent) ? "unread" : "unread quiet", String(unread.length)));
      tabs.append(tab);
      if (focused === tab.dataset.thread) tab.focus();
    }
    sessionStorage.setItem("seen", JSON.stringify(seen));
  }

  turnTo(thread) {
    this.thread = thread;
    this.forget();
    this.draw(this.data);
    this.sticks = true;
    this.toEnd();
  }

  drawLog() {
    const log = this.find(".log");
    const kept = new Map();
    const nodes = [];
    let lastDay = "";
    for (const message of this.shown()) {
      const date = day(message.date, this.data.zone);
      if (date !== lastDay) { nodes.push(make("li", "day", date)); lastDay = date; }
      const as = JSON.stringify([message, currentLanguage()]);
      const old = this.drawn.get(message.id);
      const node = old?.as === as ? old.node : bubble(message, this.data.zone, this.hands(), this.desk);
      kept.set(message.id, { as, node });
      nodes.push(node);
    }
    if (!nodes.length) nodes.push(this.data.about ? make("li", "about-bot", this.data.about) : make("li", "day", word("empty")));
    const focus = document.activeElement;
    this.drawn = kept;
    settle(log, nodes);
    if (log.contains(focus)) focus.focus();
    this.toEnd();
  }

  // A chat stays at its newest message until somebody scrolls up in it.
  toEnd() {
    const log = this.find(".log");
    if (this.sticks) log.scrollTop = log.scrollHeight;
  }

  hands() {
    return {
      bot: this.desk ? latest.bot : this.data.bot,
      say: (text) => this.say(text), open: (link) => this.open(link), show: (id) => this.show(id), copy: (text) => this.copy(text),
      tap: (message, data) => this.tap(message, data), reply: (message) => this.answer(message), edit: (message) => this.edit(message),
      react: (message, emoji) => this.react(message, emoji), erase: (message) => this.erase(message),
    };
  }

  // What anyone may read over her shoulder: the beginning of the last message.
  drawLock() {
    const last = this.desk ? null : this.data.messages.filter((one) => !one.mine && !one.service).at(-1);
    this.find(".lock").hidden = !last;
    if (!last) return;
    this.find(".lock-name").textContent = word("lock");
    this.find(".lock-text").textContent = [...last.text.replaceAll("\n", " ")].slice(0, 60).join("") || word("media")[last.media];
  }

  drawKeys() {
    const { started = true, blocked = false, keyboard = [], commands = [] } = this.data;
    const keys = this.find(".keys");
    keys.hidden = !keyboard.length || blocked;
    const as = JSON.stringify(keyboard);
    if (keys.dataset.as !== as) {
      keys.dataset.as = as;
      keys.replaceChildren(...keyboard.map((row) => {
        const line = make("div", "row");
        line.append(...row.map((label) => button("key", label, "", () => act("key", { user: this.user, label }))));
        return line;
      }));
    }
    this.find(".write").hidden = !started || blocked;
    this.find(".start").hidden = started && !blocked;
    this.find(".start").textContent = word(blocked ? "unblock" : "start");
    this.find(".menu").hidden = !commands.length;
  }

  drawNotice() {
    const { notice } = this.data;
    const fresh = notice && this.notice !== undefined && notice.id !== this.notice;
    this.notice = notice?.id ?? null;
    if (fresh) this.tell(notice.text, notice.alert);
  }

  drawMore() {
    const sheet = this.find(".sheet");
    const as = JSON.stringify([currentLanguage(), this.data.people, this.data.blocked, this.user]);
    if (sheet.dataset.as === as) return;
    sheet.dataset.as = as;
    const choice = (text, done) => button("choice", text, "", () => { this.find(".more").open = false; done(); });
    if (this.desk) {
      sheet.replaceChildren(...this.data.people.map((one) => choice(`${word("who")}: ${one.name}`, () => { this.writer = one.user; draw(); })));
      return;
    }
    const user = this.data.user;
    sheet.replaceChildren(
      choice(word("link"), () => this.followLink()),
      ...["voice", "photo", "sticker"].map((kind) => choice(word(kind), () => act(kind, { user }))),
      choice(word(this.data.blocked ? "unblock" : "block"), () => act(this.data.blocked ? "unblock" : "block", { user })),
    );
  }

  followLink() {
    const given = window.prompt(word("link"));
    if (given) act("start", { user: this.user, payload: payloadOf(given) ?? given.trim() });
  }

  toggleCommands() {
    const old = this.find(".commands");
    if (old) { old.remove(); return; }
    const list = make("div", "commands");
    list.append(...this.data.commands.map((one) => {
      const node = button("choice", `/${one.command}`, "", () => { list.remove(); this.say(`/${one.command}`); });
      node.append(make("span", "", one.description));
      return node;
    }));
    this.find("footer").prepend(list);
  }
}

// Put the nodes in place without touching those that already are there, so that focus and scrolling stay.
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => { if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null); });
}

function payloadOf(link) {
  return /[?&]start=([\w-]*)/.exec(link)?.[1] ?? null;
}

// The whole page

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".more[open]")) if (!menu.contains(event.target)) menu.open = false;
});

function drawWords() {
  document.documentElement.lang = currentLanguage();
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-language]")) node.setAttribute("aria-pressed", String(node.dataset.language === currentLanguage()));
}

function draw() {
  drawWords();
  if (!latest) return;
  drawClock();
  for (const phone of latest.phones) screen(`phone-${phone.user}`).draw(phone);
  screen("desk").draw(latest.desk);
  stage.style.setProperty("--phones", latest.phones.length);
}

function screen(key) {
  if (!screens.has(key)) screens.set(key, new Screen(key));
  return screens.get(key);
}

function drawClock() {
  const zone = latest.desk.zone;
  const now = document.getElementById("now");
  now.dateTime = latest.now;
  now.replaceChildren(make("b", "", hour(latest.now, zone)), make("span", "", moving ? word("moving") : day(latest.now, zone)));
  document.querySelector(".clock").setAttribute("aria-label", word("clock"));
  document.querySelector(".jumps").hidden = !latest.can_step;
  for (const jump of document.querySelectorAll("[data-jump]")) jump.disabled = moving;
}

async function jump(request) {
  moving = true;
  drawClock();
  await act("clock", request);
  moving = false;
  await soon();
  drawClock();
}

for (const node of document.querySelectorAll("[data-jump]")) node.addEventListener("click", () => jump(JSON.parse(node.dataset.jump)));
for (const node of document.querySelectorAll("[data-language]")) node.addEventListener("click", () => { speak(node.dataset.language); draw(); });
drawWords();
await refresh();
listen();
