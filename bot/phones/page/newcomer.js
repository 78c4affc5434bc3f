// One more phone: whose, in which language, in which zone.

import { redraw } from "./nodes.js";
import { act } from "./server.js";
import { currentLanguage, word } from "./words.js";

export class Newcomer {
  // `coming` is called when one was asked for: whoever adds a phone wants to see it.
  constructor(opener, dialog, coming) {
    [this.opener, this.dialog] = [opener, dialog];
    opener.addEventListener("click", () => dialog.showModal());
    dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", () => {
      const wanted = Object.fromEntries(new FormData(dialog.querySelector("form")));
      coming();
      act("add", wanted);
    });
  }

  draw(choices) {
    this.opener.textContent = `+ ${word("add")}`;
    this.opener.disabled = !choices.room;
    this.opener.title = choices.room ? "" : word("no_room");
    for (const [name, label, all, words] of [
      ["role", "role", choices.roles, (one) => word(one)],
      ["language", "phone_language", choices.languages, (one) => word("languages")[one]],
      ["zone", "zone", choices.zones, (one) => word("zones")[one]],
    ]) {
      this.dialog.querySelector(`[data-for="${name}"]`).textContent = word(label);
      redraw(this.dialog.querySelector(`[name="${name}"]`), [currentLanguage(), all], () => all.map((one) => new Option(words(one), one)));
    }
    this.dialog.querySelector("h2").textContent = word("add");
    this.dialog.querySelector(".cancel").textContent = word("cancel");
    this.dialog.querySelector(".main").textContent = word("add_do");
  }
}
