// What this browser remembers of the reader's choices. The chats themselves are kept by the server.

const NAME = "phones";
const all = read();

function read() {
  try { return JSON.parse(localStorage.getItem(NAME)) ?? {}; } catch { return {}; }
}

export const kept = (name, otherwise) => all[name] ?? otherwise;

export function keep(name, value) {
  all[name] = value;
  try { localStorage.setItem(NAME, JSON.stringify(all)); } catch { /* a browser that keeps nothing */ }
}

// A Telegram that was started anew counts its messages anew.
export function begin(run) {
  if (kept("run") === run) return;
  keep("run", run);
  keep("seen", {});
  keep("thread", null);
}
