// The words of the page itself in the reader's language. What the bot says is not here.

import { ENGLISH } from "./english.js";
import { keep, kept } from "./kept.js";
import { RUSSIAN } from "./russian.js";
import { TAJIK } from "./tajik.js";

const ALL = { en: ENGLISH, ru: RUSSIAN, tg: TAJIK };
const usual = navigator.languages.map((one) => one.slice(0, 2)).find((one) => ALL[one]) ?? "en";
let language = ALL[kept("language")] ? kept("language") : usual;

export const currentLanguage = () => language;

export function word(name, blanks = {}) {
  const found = ALL[language][name] ?? ENGLISH[name] ?? name;
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (whole, blank) => blanks[blank] ?? whole);
}

export function speak(code) {
  language = code;
  keep("language", code);
}
