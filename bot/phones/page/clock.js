// The clock of this small world: what time it is, and the ways to let it pass.

import { day, hour } from "./moments.js";
import { make } from "./nodes.js";
import { act } from "./server.js";
import { word } from "./words.js";

export class Clock {
  constructor(node, changed) {
    this.find = (selector) => node.querySelector(selector);
    this.node = node;
    this.asked = false;
    for (const jump of node.querySelectorAll("[data-jump]")) jump.addEventListener("click", () => this.jump(JSON.parse(jump.dataset.jump), changed));
    this.find(".stop").addEventListener("click", () => act("cancel"));
  }

  // The server's moment, carried on by this machine's own clock until the next news of it.
  set(state) {
    this.state = state;
    this.since = performance.now();
  }

  get now() { return new Date(Date.parse(this.state.now) + performance.now() - this.since).toISOString(); }
  get moving() { return this.asked || Boolean(this.state?.moving); }

  async jump(request, changed) {
    if (this.moving) return;
    this.asked = true;
    this.draw();
    await act("clock", request);
    this.asked = false;
    await changed();
  }

  draw() {
    if (!this.state) return;
    this.node.setAttribute("aria-label", word("clock"));
    const zone = this.state.desk.zone;
    const time = this.find("time");
    time.dateTime = this.now;
    time.replaceChildren(make("b", "", hour(this.now, zone)), make("span", "", day(this.now, zone)));
    this.find(".jumps").hidden = !this.state.can_step;
    for (const jump of this.node.querySelectorAll("[data-jump]")) {
      jump.setAttribute("aria-disabled", String(this.moving));
      if (jump.dataset.name) { jump.textContent = word(jump.dataset.name); }
    }
    this.drawWay();
  }

  drawWay() {
    const { week = 0, weeks = 0 } = this.state.moving ?? {};
    const way = this.find(".way");
    way.hidden = !this.moving;
    this.find(".stop").textContent = word("stop");
    const bar = this.find("progress");
    bar.hidden = !weeks;
    const said = weeks ? word("week", { week, weeks }) : word("moving");
    bar.max = weeks || 1;
    bar.value = Math.max(0, week - 1);
    bar.setAttribute("aria-label", said);
    if (this.find(".way-text").textContent !== said) this.find(".way-text").textContent = said;
  }
}
