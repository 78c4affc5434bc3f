// The page: asks the server for everything that is to be seen, and lets each part draw itself.

import { Clock } from "./clock.js";
import { Desk } from "./desk.js";
import { begin } from "./kept.js";
import { Newcomer } from "./newcomer.js";
import { Phone } from "./phone.js";
import { listen, look } from "./server.js";
import { Shelf } from "./shelf.js";
import { Troubles } from "./troubles.js";
import { currentLanguage, speak, word } from "./words.js";

const at = (id) => document.getElementById(id);
const stage = at("stage");
const screens = new Map();
const clock = new Clock(at("clock"), () => changed());
const troubles = new Troubles(at("troubles"), at("busy"), () => changed());
const shelf = new Shelf(at("shelf"), () => draw());
const newcomer = new Newcomer(at("add"), at("newcomer"), () => shelf.expect());
let latest = null;

async function changed() {
  const state = await look();
  if (!state) { lost(); return; }
  // Another Telegram than the one this page showed: begin anew.
  if (latest && latest.run !== state.run) { location.reload(); return; }
  if (!latest) begin(state.run);
  latest = state;
  at("trouble").hidden = true;
  clock.set(state);
  troubles.set(state);
  draw();
}

function lost() {
  at("trouble").textContent = word("lost");
  at("trouble").hidden = false;
}

function drawWords() {
  document.documentElement.lang = currentLanguage();
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  at("languages").setAttribute("aria-label", word("reading"));
  for (const node of document.querySelectorAll("[data-language]")) node.setAttribute("aria-pressed", String(node.dataset.language === currentLanguage()));
}

function screen(key, Kind) {
  if (!screens.has(key)) screens.set(key, new Kind(key, stage));
  return screens.get(key);
}

function draw() {
  drawWords();
  if (!latest) return;
  const quiet = clock.moving;
  for (const phone of latest.phones) screen(`phone-${phone.user}`, Phone).draw(phone, clock.now, quiet);
  drawDesk(quiet);
  shelf.draw(screens);
  clock.draw();
  troubles.draw();
  newcomer.draw(latest.choices);
}

// The desk stands last, also after a phone was added.
function drawDesk(quiet) {
  const desk = screen("desk", Desk);
  screens.delete("desk");
  screens.set("desk", desk);
  if (stage.lastElementChild !== desk.node) stage.append(desk.node);
  desk.draw({ ...latest.desk, bot: latest.bot }, clock.now, quiet);
}

function tick() {
  if (!latest) return;
  clock.draw();
  for (const one of screens.values()) one.drawTime(clock.now);
}

document.addEventListener("click", (event) => {
  for (const sheet of document.querySelectorAll("details[open].pop")) if (!sheet.contains(event.target)) sheet.open = false;
});
document.addEventListener("keydown", (event) => {
  const sheet = event.key === "Escape" ? event.target.closest?.("details[open].pop") : null;
  if (sheet) { sheet.open = false; sheet.querySelector("summary").focus(); }
});
for (const node of document.querySelectorAll("[data-language]")) node.addEventListener("click", () => { speak(node.dataset.language); draw(); });
drawWords();
listen(changed, lost);
setInterval(tick, 5000);
