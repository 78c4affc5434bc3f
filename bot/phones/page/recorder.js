// A voice message, recorded here if the browser allows it.

import { span } from "./moments.js";
import { word } from "./words.js";

export class Recorder {
  // `box` holds the line that replaces the typing box; `done` gets the sound and its seconds.
  constructor(box, done) {
    this.box = box;
    this.done = done;
    box.querySelector(".drop").addEventListener("click", () => this.stop(false));
    box.querySelector(".finish").addEventListener("click", () => this.stop(true));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stop(false); });
  }

  get recording() { return Boolean(this.machine); }

  // False when there is no microphone to be had.
  async begin() {
    if (!globalThis.MediaRecorder || !navigator.mediaDevices) return false;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) return false;
    const kind = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"].find((one) => MediaRecorder.isTypeSupported(one));
    const chunks = [];
    this.machine = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
    this.since = performance.now();
    this.machine.addEventListener("dataavailable", (event) => chunks.push(event.data));
    this.machine.addEventListener("stop", () => this.finish(stream, chunks));
    this.machine.start();
    this.tick();
    this.ticking = setInterval(() => this.tick(), 500);
    this.box.hidden = false;
    this.box.querySelector(".finish").focus();
    return true;
  }

  tick() {
    this.box.querySelector(".length").textContent = `${word("recording")} · ${span((performance.now() - this.since) / 1000)}`;
  }

  stop(wanted) {
    this.wanted = wanted;
    this.machine?.stop();
  }

  finish(stream, chunks) {
    const seconds = Math.max(1, Math.round((performance.now() - this.since) / 1000));
    clearInterval(this.ticking);
    for (const track of stream.getTracks()) track.stop();
    this.machine = null;
    this.box.hidden = true;
    this.done(this.wanted ? new Blob(chunks, { type: chunks[0]?.type }) : null, seconds);
  }
}
