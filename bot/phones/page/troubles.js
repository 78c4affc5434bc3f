// What can go wrong between a bot and Telegram, on order.

import { button, redraw } from "./nodes.js";
import { act } from "./server.js";
import { currentLanguage, word } from "./words.js";

const SPANS = [10, 30];

export class Troubles {
  constructor(node, banner, changed) {
    [this.node, this.banner, this.changed] = [node, banner, changed];
    this.restarting = false;
    this.until = 0;
  }

  set(state) {
    this.until = performance.now() + 1000 * state.busy;
    this.canRestart = state.can_restart;
  }

  draw() {
    this.node.querySelector("summary").textContent = word("troubles");
    redraw(this.node.querySelector(".sheet"), [currentLanguage(), this.canRestart], () => [
      ...SPANS.map((seconds) => this.choice(word("busy", { seconds }), () => act("busy", { seconds }))),
      ...(this.canRestart ? [this.choice(word("restart"), () => this.restart())] : []),
    ]);
    this.tick();
  }

  choice(text, done) {
    return button("choice", text, "", () => { this.node.open = false; this.node.querySelector("summary").focus(); done(); });
  }

  async restart() {
    this.restarting = true;
    this.tick();
    await act("restart");
    this.restarting = false;
    await this.changed();
  }

  // Every second while something lasts.
  tick() {
    clearTimeout(this.ticking);
    const left = Math.ceil((this.until - performance.now()) / 1000);
    const said = this.restarting ? word("restarting") : left > 0 ? word("is_busy", { seconds: left }) : "";
    this.banner.hidden = !said;
    this.banner.textContent = said;
    if (said) this.ticking = setTimeout(() => this.tick(), 1000);
  }
}
