// One screen: what a phone and the desk have in common.

import { openActs } from "./acts.js";
import { Commands } from "./commands.js";
import { Log } from "./log.js";
import { fromTemplate } from "./nodes.js";
import { act } from "./server.js";
import { word } from "./words.js";
import { Writer } from "./writer.js";

export const payloadOf = (link) => /[?&]start=([\w-]*)/.exec(link)?.[1] ?? null;

export class Screen {
  constructor(key, stage) {
    this.key = key;
    this.node = fromTemplate("screen");
    this.node.dataset.screen = key;
    this.find = (selector) => this.node.querySelector(selector);
    this.log = new Log(this.find(".log"));
    this.writer = new Writer(this.node, this);
    this.commands = new Commands(this.node, (text) => this.send("say", { text }));
    this.notice = undefined;
    stage.append(this.node);
  }

  get user() { return this.data.user; }
  get place() { return { user: this.user, chat: this.data.chat }; }

  async send(what, body) {
    const done = await act(what, { ...this.place, ...body });
    if (!done) this.tell(word("impossible"));
    this.log.toEnd(done);
    return done;
  }

  hands() {
    return {
      bot: this.data.bot,
      say: (text) => this.send("say", { text }),
      tap: (message, data) => this.send("tap", { message: message.id, data }),
      react: (message, emoji) => this.send("react", { message: message.id, emoji }),
      erase: (message) => this.send("erase", { message: message.id }),
      reply: (message) => this.writer.answer(message),
      edit: (message) => this.writer.edit(message),
      show: (id) => this.log.show(id),
      open: (link) => this.open(link),
      copy: (text) => this.copy(text),
      menu: (message, item) => openActs(message, item, this.user, this.hands()),
    };
  }

  open(link) {
    if (/^(https?|tel):/.test(link)) window.open(link, "_blank", "noopener,noreferrer");
    else this.tell(link);
  }

  async copy(text) {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    this.tell(done ? `${word("copied")}: ${text}` : text, !done);
  }

  tell(text, stays = false) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.classList.add("told");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { toast.classList.remove("told"); toast.textContent = ""; }, stays ? 8000 : 3500);
  }

  drawNotice(notice) {
    const fresh = notice && this.notice !== undefined && notice.id !== this.notice;
    this.notice = notice?.id ?? null;
    if (fresh) this.tell(notice.text, notice.alert);
  }

  // While the clock runs through weeks nobody should have to hear every message of them.
  drawNames(title, quiet) {
    this.node.setAttribute("aria-label", title);
    this.find("h2").textContent = title;
    this.find(".log").setAttribute("aria-label", title);
    this.find(".log").setAttribute("aria-live", quiet ? "off" : "polite");
    this.find(".more summary").setAttribute("aria-label", word("more"));
    this.find(".keys").setAttribute("aria-label", word("keys"));
    this.writer.draw();
  }
}
