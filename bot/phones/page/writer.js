// Where a person writes: the typing box, what it answers or changes, files and voice.

import { button } from "./nodes.js";
import { Recorder } from "./recorder.js";
import { base64 } from "./server.js";
import { word } from "./words.js";

const PICTURES = new Set(["image/jpeg", "image/png", "image/webp"]);

export class Writer {
  // `screen` offers `send(what, body)`, which acts in its place and says whether it could, and `tell(text)`.
  constructor(node, screen) {
    this.screen = screen;
    this.find = (selector) => node.querySelector(selector);
    this.box = this.find("textarea");
    this.reply = null;
    this.editing = null;
    this.recorder = new Recorder(this.find(".recorder"), (sound, seconds) => this.recorded(sound, seconds));
    this.find(".write").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
      if (event.key === "Escape") this.forget();
    });
    this.box.addEventListener("input", () => this.grow());
    this.find(".answering button").addEventListener("click", () => { this.forget(); this.box.focus(); });
    this.find(".record").addEventListener("click", () => this.record());
    for (const [name, kind] of [["files", ""], ["sounds", "voice"]]) {
      this.find(`input.${name}`).addEventListener("change", (event) => this.picked(event.target, kind));
    }
    this.grow();
  }

  draw() {
    for (const [selector, name] of [["textarea", "write"], [".send", "send"], [".record", "record"], [".attach summary", "attach"], [".answering button", "cancel"], [".drop", "cancel"], [".finish", "send"], ["input.files", "pick"], ["input.sounds", "pick_sound"]]) {
      this.find(selector).setAttribute("aria-label", word(name));
      this.find(selector).title = word(name);
    }
    this.box.placeholder = word("write");
    const close = () => { this.find(".attach").open = false; };
    this.find(".attach .sheet").replaceChildren(
      button("choice", word("pick"), "", () => { close(); this.find("input.files").click(); }),
      button("choice", word("pick_sound"), "", () => { close(); this.find("input.sounds").click(); }),
      button("choice", word("sticker"), "", () => { close(); this.screen.send("sticker", {}); }),
    );
  }

  async submit() {
    const text = this.box.value.trim();
    if (!text) return;
    const done = this.editing
      ? await this.screen.send("edit", { message: this.editing.id, text })
      : await this.screen.send("say", { text, reply_to: this.reply?.id ?? null });
    if (!done) return;
    this.box.focus();
    this.box.value = "";
    this.forget();
    this.grow();
  }

  answer(message) { this.hold(message, word("answers")); this.reply = message; }

  edit(message) {
    this.hold(message, word("edit"));
    this.editing = message;
    this.box.value = message.text;
    this.grow();
  }

  hold(message, what) {
    this.forget();
    const words = message.text || word("media")[message.media] || "";
    this.find(".answering span").textContent = `${what}: ${words.slice(0, 70)}`;
    this.find(".answering").hidden = false;
    this.box.focus();
  }

  forget() {
    if (this.editing) this.box.value = "";
    this.reply = null;
    this.editing = null;
    this.find(".answering").hidden = true;
    this.grow();
  }

  grow() {
    this.box.rows = Math.min(5, Math.max(1, this.box.value.split("\n").length, Math.ceil(this.box.value.length / 30)));
    const empty = !this.box.value.trim();
    this.find(".record").hidden = !empty;
    this.find(".send").hidden = empty;
  }

  async record() {
    this.find(".write").classList.add("busy");
    const begun = await this.recorder.begin();
    if (begun) return;
    this.find(".write").classList.remove("busy");
    this.screen.tell(word("no_microphone"));
    this.find("input.sounds").click();
  }

  async recorded(sound, seconds) {
    this.find(".write").classList.remove("busy");
    this.box.focus();
    if (sound) await this.sendFile("voice", "", sound, seconds);
  }

  async picked(input, kind) {
    const [file] = input.files;
    input.value = "";
    if (file) await this.sendFile(kind || (PICTURES.has(file.type) ? "photo" : "document"), file.name, file, 1);
  }

  async sendFile(kind, name, blob, duration) {
    const body = { kind, name, duration, data: await base64(blob), reply_to: this.reply?.id ?? null };
    if (await this.screen.send("file", body)) this.forget();
    else this.screen.tell(word("too_large"));
  }
}
