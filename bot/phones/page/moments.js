// Moments as people read them, in a zone of theirs. `Intl` knows no Tajik months, so the words are our own.

import { word } from "./words.js";

const formats = new Map();

function parts(moment, zone) {
  if (!formats.has(zone)) {
    const shape = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
    formats.set(zone, new Intl.DateTimeFormat("en-GB", shape));
  }
  const found = {};
  for (const { type, value } of formats.get(zone).formatToParts(new Date(moment))) found[type] = value;
  return found;
}

export function hour(moment, zone) {
  const at = parts(moment, zone);
  return `${at.hour}:${at.minute}`;
}

export function day(moment, zone) {
  const at = parts(moment, zone);
  const weekday = new Date(Date.UTC(at.year, at.month - 1, at.day)).getUTCDay();
  return `${word("days")[weekday]}, ${Number(at.day)} ${word("months")[at.month - 1]} ${at.year}`;
}

export function span(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
