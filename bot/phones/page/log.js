// The messages of one chat: bubbles, days, and where the unread begin.

import { closeActs } from "./acts.js";
import { bubble } from "./bubbles.js";
import { day } from "./moments.js";
import { make, settle } from "./nodes.js";
import { currentLanguage, word } from "./words.js";

const NEAR = 60;

export class Log {
  constructor(node) {
    this.node = node;
    this.list = node.querySelector("ol");
    this.drawn = new Map();
    this.sticks = true;
    node.addEventListener("scroll", () => { this.sticks = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR; });
    new ResizeObserver(() => this.toEnd()).observe(node);
    this.list.addEventListener("keydown", (event) => this.step(event));
    document.addEventListener("click", (event) => { if (!event.target.closest(".acts, .tool")) closeActs(this.list); });
  }

  // `me` is whose eyes these are; `read` the last message she has seen, or null.
  draw(messages, { zone, hands, me, named, read = null, about = "" }) {
    const kept = new Map();
    const nodes = [];
    let lastDay = "";
    let unread = read !== null;
    for (const message of messages) {
      const date = day(message.date, zone);
      if (date !== lastDay) { nodes.push(this.line(kept, `day ${date}`, "day", date)); lastDay = date; }
      if (unread && message.id > read && message.user !== me && !message.service) {
        nodes.push(this.line(kept, "unread", "fresh", word("unread")));
        unread = false;
      }
      nodes.push(this.kept(kept, message.id, [message, currentLanguage(), me, hands.bot], () => bubble(message, zone, hands, me, named)));
    }
    if (!nodes.length) nodes.push(about ? make("li", "about-bot", about) : make("li", "day", word("empty")));
    this.put(kept, nodes);
  }

  line(kept, key, name, text) {
    return this.kept(kept, key, [name, text], () => make("li", name, text));
  }

  kept(kept, key, what, build) {
    const as = JSON.stringify(what);
    const old = this.drawn.get(key);
    const node = old?.as === as ? old.node : build();
    kept.set(key, { as, node });
    return node;
  }

  // Whoever had the focus in a bubble that was drawn anew finds it in the same bubble.
  put(kept, nodes) {
    const focus = this.list.contains(document.activeElement) ? document.activeElement : null;
    const [message, text] = [focus?.closest(".message")?.dataset.id, focus?.textContent];
    this.drawn = kept;
    settle(this.list, nodes);
    if (focus && !focus.isConnected) {
      const again = this.find(message);
      const same = [...(again?.querySelectorAll("button") ?? [])].find((one) => one.textContent === text && text);
      (same ?? again ?? this.node).focus({ preventScroll: true });
    }
    this.toEnd();
  }

  find(id) { return this.list.querySelector(`[data-id="${id}"]`); }

  // Arrows go from message to message, so that nobody has to tab through all of them.
  step(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.target.closest(".acts")) return;
    const messages = [...this.list.querySelectorAll(".message")];
    const next = messages[messages.indexOf(event.target.closest(".message")) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  // A chat stays at its newest message until somebody scrolls up in it.
  toEnd(always = false) {
    this.sticks ||= always;
    if (this.sticks) this.node.scrollTop = this.node.scrollHeight;
  }

  show(id) {
    const node = this.find(id);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("lit");
    setTimeout(() => node.classList.remove("lit"), 1200);
  }
}
