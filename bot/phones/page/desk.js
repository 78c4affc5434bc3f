// The desk: the moderators' group, topic by topic.

import { keep, kept } from "./kept.js";
import { hour } from "./moments.js";
import { button, make } from "./nodes.js";
import { Screen } from "./screen.js";
import { word } from "./words.js";

export class Desk extends Screen {
  constructor(key, stage) {
    super(key, stage);
    this.node.classList.add("desk");
    this.thread = kept("thread", null);
    this.seen = kept("seen", {});
    this.find(".who select").addEventListener("change", (event) => { keep("writer", Number(event.target.value)); this.again(); });
  }

  get user() { return this.data.people.find((one) => one.user === kept("writer"))?.user ?? this.data.user; }
  get place() { return { ...super.place, thread: this.thread }; }

  again() { this.draw(this.data, this.now, this.quiet); }

  draw(data, now, quiet) {
    [this.data, this.now, this.quiet] = [data, now, quiet];
    this.drawNames(word("desk"), quiet);
    this.find(".bar").hidden = true;
    this.find(".more").hidden = true;
    this.drawTime(now);
    this.drawWho();
    this.drawTopics();
    const { zone } = data;
    this.log.draw(this.shown(this.thread), { zone, hands: this.hands(), me: this.user, named: true });
    this.commands.draw(data.commands, `@${data.username}`);
    this.find(".write").hidden = false;
    this.drawNotice(data.notices[this.user]);
  }

  drawTime(now) {
    const { zone } = this.data;
    this.find(".local").textContent = `${hour(now, zone)} ${word("zones")[zone] ?? zone}`;
  }

  drawWho() {
    const select = this.find(".who select");
    this.find(".who").hidden = false;
    this.find(".who span").textContent = word("who");
    if (select.options.length === this.data.people.length) { select.value = this.user; return; }
    select.replaceChildren(...this.data.people.map((one) => new Option(one.name, one.user)));
    select.value = this.user;
  }

  shown(thread) { return this.data.messages.filter((one) => one.thread === thread); }
  spot(thread) { return thread ?? "general"; }
  fresh(thread) { return this.shown(thread).filter((one) => one.id > (this.seen[this.spot(thread)] ?? 0) && !one.service && one.user !== this.user); }
  unread() { return [null, ...this.data.topics.map((one) => one.id)].reduce((sum, thread) => sum + this.fresh(thread).length, 0); }

  drawTopics() {
    const { topics } = this.data;
    if (this.thread !== null && !topics.some((one) => one.id === this.thread)) this.thread = null;
    if (!this.node.hidden) this.seen[this.spot(this.thread)] = Math.max(0, ...this.shown(this.thread).map((one) => one.id));
    keep("seen", this.seen);
    const bar = this.find(".topics");
    bar.hidden = false;
    bar.setAttribute("aria-label", word("topics"));
    const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.thread : null;
    bar.replaceChildren(...[{ id: null, name: word("general") }, ...topics].map((topic) => this.topic(topic)));
    if (focused !== null) bar.querySelector(`[data-thread="${focused}"]`)?.focus();
  }

  topic(topic) {
    const node = button("topic", `${topic.name}${topic.closed ? ` (${word("closed")})` : ""}`, "", () => this.turnTo(topic.id));
    node.dataset.thread = this.spot(topic.id);
    if (topic.id === this.thread) node.setAttribute("aria-current", "true");
    const fresh = this.fresh(topic.id);
    if (fresh.length) node.append(badge(fresh.length, fresh.every((one) => one.silent)));
    return node;
  }

  turnTo(thread) {
    this.thread = thread;
    keep("thread", thread);
    this.writer.forget();
    this.again();
    this.log.toEnd(true);
  }
}

export function badge(count, silent = false) {
  const node = make("span", silent ? "unread quiet" : "unread");
  const number = make("span", "", String(count));
  number.setAttribute("aria-hidden", "true");
  node.append(number, make("span", "unseen", word("news", { count })));
  return node;
}
