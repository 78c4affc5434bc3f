// The menu of one message: what Telegram offers on a long press.

import { button, make } from "./nodes.js";
import { word } from "./words.js";

const REACTIONS = ["❤", "👍", "🙏", "😢"];

export function closeActs(within) {
  for (const old of within.querySelectorAll(".acts")) {
    old.previousElementSibling?.querySelector(".tool")?.setAttribute("aria-expanded", "false");
    old.remove();
  }
}

export function openActs(message, item, me, hands) {
  const line = item.querySelector(".line");
  const tool = line.querySelector(".tool");
  const wasOpen = line.nextElementSibling?.classList.contains("acts");
  closeActs(item.parentElement);
  if (wasOpen) return;
  const menu = make("div", "acts");
  menu.setAttribute("role", "group");
  menu.setAttribute("aria-label", word("acts"));
  const close = () => { closeActs(item.parentElement); tool.focus(); };
  const choice = (text, label, done) => button("choice", text, label, () => { close(); done(); });
  const before = message.reactions.find((one) => one.user === me)?.emoji;
  const faces = make("div", "row");
  faces.append(...REACTIONS.map((one) => {
    const face = choice(one, `${word("react")} ${one}`, () => hands.react(message, one === before ? null : one));
    face.setAttribute("aria-pressed", String(one === before));
    return face;
  }));
  menu.append(faces, choice(word("reply"), "", () => hands.reply(message)));
  if (message.text && !message.protected) menu.append(choice(word("copy"), "", () => hands.copy(message.text)));
  if (message.user === me && message.text && !message.media) menu.append(choice(word("edit"), "", () => hands.edit(message)));
  if (message.user === me) menu.append(choice(word("erase"), "", () => hands.erase(message)));
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
  line.after(menu);
  tool.setAttribute("aria-expanded", "true");
  menu.querySelector("button").focus();
  menu.scrollIntoView({ block: "nearest" });
}
