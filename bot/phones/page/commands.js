// The menu of commands, as the bot set it for this chat and language.

import { button, make, redraw } from "./nodes.js";
import { word } from "./words.js";

export class Commands {
  // `say` sends a command; `suffix` is added to it, as groups do.
  constructor(node, say) {
    this.opener = node.querySelector(".menu");
    this.list = node.querySelector(".commands");
    this.say = say;
    this.opener.addEventListener("click", () => this.show(this.list.hidden));
    this.list.addEventListener("keydown", (event) => { if (event.key === "Escape") { this.show(false); this.opener.focus(); } });
  }

  draw(commands, suffix = "") {
    this.opener.hidden = !commands.length;
    this.opener.setAttribute("aria-label", word("menu"));
    this.opener.title = word("menu");
    this.list.setAttribute("aria-label", word("menu"));
    redraw(this.list, commands, () => commands.map((one) => {
      const node = button("choice", "", "", () => { this.show(false); this.say(`/${one.command}${suffix}`); });
      node.append(make("b", "", `/${one.command}`), make("span", "", one.description));
      return node;
    }));
    if (!commands.length) this.show(false);
  }

  show(wanted) {
    this.list.hidden = !wanted;
    this.opener.setAttribute("aria-expanded", String(wanted));
    if (wanted) this.list.querySelector("button")?.focus();
  }
}
