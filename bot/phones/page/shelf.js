// Which screens stand on the stage: one on a narrow page, as many as fit and are wanted on a wide one.

import { badge } from "./desk.js";
import { keep, kept } from "./kept.js";
import { button, make } from "./nodes.js";
import { word } from "./words.js";

const NARROW = matchMedia("(max-width: 62rem)");
const DESK_TAKES = 500;
const PHONE_TAKES = 312;

export class Shelf {
  constructor(node, changed) {
    [this.node, this.changed] = [node, changed];
    NARROW.addEventListener("change", changed);
    this.awaiting = false;
    this.known = null;
  }

  // The next screen that was not there before is to be shown.
  expect() { this.awaiting = true; }

  welcome(keys) {
    const fresh = this.known ? keys.filter((key) => !this.known.includes(key)) : [];
    if (this.awaiting && fresh.length) {
      this.awaiting = false;
      keep("one", fresh[0]);
      keep("shown", keys.filter((key) => key === fresh[0] || this.shown(this.known).includes(key)));
    }
    this.known = keys;
  }

  // The keys of the screens that are shown.
  shown(keys) {
    if (NARROW.matches) return [keys.includes(kept("one")) ? kept("one") : keys[0]];
    const wanted = kept("shown", null)?.filter((key) => keys.includes(key));
    if (wanted?.length) return wanted;
    const phones = keys.filter((key) => key !== "desk");
    return [...phones.slice(0, Math.max(1, Math.floor((innerWidth - DESK_TAKES) / PHONE_TAKES))), "desk"];
  }

  draw(screens) {
    this.node.setAttribute("aria-label", word("shelf"));
    const keys = [...screens.keys()];
    this.welcome(keys);
    const shown = this.shown(keys);
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.node.replaceChildren(...keys.map((key) => this.chip(key, screens.get(key), shown, keys)));
    if (focused) this.node.querySelector(`[data-key="${focused}"]`)?.focus();
    for (const [key, screen] of screens) screen.node.hidden = !shown.includes(key);
  }

  chip(key, screen, shown, keys) {
    const [role, whom = ""] = screen.node.getAttribute("aria-label").split(" · ");
    const chip = button("chip", role, "", () => this.turn(key, shown, keys));
    if (whom) chip.append(make("span", "whom", ` · ${whom}`));
    chip.dataset.key = key;
    chip.setAttribute("aria-pressed", String(shown.includes(key)));
    const unread = shown.includes(key) && key !== "desk" ? 0 : screen.unread();
    if (unread) chip.append(badge(unread));
    return chip;
  }

  turn(key, shown, keys) {
    if (NARROW.matches) keep("one", key);
    else {
      const wanted = shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key];
      keep("shown", keys.filter((one) => wanted.includes(one)));
    }
    this.changed();
    document.querySelector(`[data-screen="${key}"]`)?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }
}
