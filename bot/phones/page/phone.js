// A phone: one person's chat with the bot.

import { drawLock, drawStrip } from "./lock.js";
import { hour } from "./moments.js";
import { button, make, redraw } from "./nodes.js";
import { Screen, payloadOf } from "./screen.js";
import { currentLanguage, word } from "./words.js";

export class Phone extends Screen {
  constructor(key, stage) {
    super(key, stage);
    this.node.classList.add("phone");
    this.find(".start").addEventListener("click", () => this.send(this.data.blocked ? "unblock" : "start", {}));
    this.find(".lockit").addEventListener("click", () => this.lay("lock", "unlock", this.data.locked));
    this.find(".offit").addEventListener("click", () => this.lay("off", "on", this.data.off));
    this.find(".link form").addEventListener("submit", (event) => { event.preventDefault(); this.followLink(); });
  }

  lay(away, back, isAway) { return this.send(isAway ? back : away, {}); }

  open(link) {
    const payload = payloadOf(link);
    if (payload === null) super.open(link);
    else this.send("start", { payload });
  }

  followLink() {
    const box = this.find(".link input");
    const given = box.value.trim();
    if (!given) return;
    box.value = "";
    this.find(".more").open = false;
    this.send("start", { payload: payloadOf(given) ?? given });
  }

  // News nobody has looked at on this phone.
  unread() { return this.data.read === null && !this.data.off ? 0 : Math.max(this.data.waiting, this.data.read === null ? 0 : this.data.previews.length); }

  draw(data, now, quiet) {
    this.data = data;
    const away = data.locked || data.off;
    this.drawNames(`${word(data.role)} · ${data.name}`, quiet || away);
    this.find(".bot-name").textContent = data.bot;
    this.find(".status").textContent = word("is_bot");
    this.find(".avatar").textContent = [...data.bot][0] ?? "";
    this.drawTime(now);
    this.drawWays();
    this.drawFoot();
    const { zone, read, about } = data;
    this.log.draw(data.messages, { zone, hands: this.hands(), me: this.user, named: false, read: away ? null : read, about });
    drawStrip(this.find(".strip"), data);
    this.drawAway(now);
    this.drawNotice(data.notice);
  }

  drawTime(now) {
    const { zone, language } = this.data;
    this.find(".local").textContent = `${hour(now, zone)} ${word("zones")[zone] ?? zone} · ${word("languages")[language] ?? language}`;
    if (!this.find(".away").hidden) this.drawAway(now);
  }

  // What lies under a locked screen can be neither read nor reached.
  drawAway(now) {
    const away = this.find(".away");
    const was = away.hidden;
    drawLock(away, this.data, now, { unlock: () => this.send("unlock", {}), on: () => this.send("on", {}) });
    this.find(".chat").inert = !away.hidden;
    if (!was && away.hidden && document.activeElement === document.body) this.find(".lockit").focus();
  }

  drawWays() {
    const { locked, off, blocked } = this.data;
    for (const [selector, name, undo, is] of [[".lockit", "lock", "unlock", locked], [".offit", "off", "on", off]]) {
      const node = this.find(selector);
      node.hidden = false;
      node.setAttribute("aria-pressed", String(is));
      node.setAttribute("aria-label", word(is ? undo : name));
      node.title = word(is ? undo : name);
    }
    this.find(".lockit").disabled = off;
    this.find(".more").hidden = off || locked;
    this.find(".link input").setAttribute("aria-label", word("link"));
    this.find(".link input").placeholder = word("link");
    this.find(".link button").textContent = word("open");
    const what = blocked ? "unblock" : "block";
    redraw(this.find(".more .choices"), [what, currentLanguage()], () => [
      button("choice", word(what), "", () => { this.find(".more").open = false; this.send(what, {}); }),
    ]);
  }

  drawFoot() {
    const { started, blocked, keyboard, commands } = this.data;
    const keys = this.find(".keys");
    keys.hidden = !keyboard.length || blocked;
    redraw(keys, keyboard, () => keyboard.map((row) => {
      const line = make("div", "row");
      line.append(...row.map((label) => button("key", label, "", () => this.send("key", { label }))));
      return line;
    }));
    this.find(".write").hidden = !started || blocked;
    this.find(".start").hidden = started && !blocked;
    this.find(".start").textContent = word(blocked ? "unblock" : "start");
    this.commands.draw(blocked ? [] : commands);
  }
}
