// A phone that lies locked, or is off: what an onlooker can read of it.

import { day, hour } from "./moments.js";
import { button, make, redraw } from "./nodes.js";
import { currentLanguage, word } from "./words.js";

function card(preview, bot, zone, today) {
  const node = make("li", preview.silent ? "card silent" : "card");
  const date = day(preview.date, zone);
  const head = make("p", "soft", [bot, ...(date === today ? [] : [date.split(",")[0]]), hour(preview.date, zone), ...(preview.silent ? [`🔕 ${word("silent")}`] : [])].join(" · "));
  node.append(head, make("p", "", preview.text || word("media")[preview.media] || ""));
  return node;
}

// The first line lights up when the phone lies locked; here it can be read while the phone is open, too.
export function drawStrip(node, data) {
  const [last] = data.previews;
  node.hidden = !last || data.locked || data.off;
  if (!last) return;
  redraw(node, [last, currentLanguage()], () => [make("span", "", `${word("lit")}: `), make("b", "", last.text || word("media")[last.media] || "")]);
}

export function drawLock(node, data, now, ways) {
  node.hidden = !data.locked && !data.off;
  node.classList.toggle("dark", data.off);
  if (node.hidden) { node.dataset.as = ""; return; }
  const moment = [hour(now, data.zone), day(now, data.zone)];
  redraw(node, [data.off, data.waiting, data.previews, moment, currentLanguage()], () => (data.off ? dark(data, ways) : locked(data, moment, ways)));
}

function dark(data, ways) {
  return [
    make("p", "", word("is_off")),
    make("p", "soft", word("waiting", { count: data.waiting })),
    button("main", word("on"), "", ways.on),
  ];
}

function locked(data, [time, date], ways) {
  const cards = make("ul", "cards");
  cards.setAttribute("aria-live", "polite");
  cards.append(...data.previews.map((one) => card(one, data.bot, data.zone, date)));
  if (!data.previews.length) cards.append(make("li", "none", word("nothing_lit")));
  return [make("p", "time", time), make("p", "", date), cards, make("p", "soft", word("onlooker")), button("main", word("unlock"), "", ways.unlock)];
}
