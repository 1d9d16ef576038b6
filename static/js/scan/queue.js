// Send acts one after another, each until it is answered, and keep what waits where a reload cannot lose it.
import { Unreachable } from "../offline/line.js";

const KEY = "counter-waiting";
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

// An act is {url, body, label}; its body carries the id that makes sending it twice harmless.
export class Queue {
  constructor({ send, storage, onChange, onAnswer, onRefusal, pause = wait }) {
    Object.assign(this, { send, storage, onChange, onAnswer, onRefusal, pause });
    this.acts = load(storage);
    this.running = false;
  }

  add(act) {
    this.acts.push({ ...act, tries: 0 });
    this.changed();
    return this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    this.halted = false;
    try {
      while (this.acts.length && !this.halted) await this.deliver(this.acts[0]);
    } finally {
      this.running = false;
    }
  }

  async deliver(act) {
    try {
      const answer = await this.send(act);
      this.settle(act);
      this.onAnswer(answer, act);
    } catch (failure) {
      if (!(failure instanceof Unreachable)) {
        this.refuse(failure, act);
        return;
      }
      act.tries += 1;
      this.changed();
      await this.pause(Math.min(FIRST_PAUSE * 2 ** (act.tries - 1), LONGEST_PAUSE));
    }
  }

  // After a log-in has run out the act stays, and goes out when the page is opened again.
  refuse(failure, act) {
    if (failure.needsLogin) this.halted = true;
    else this.settle(act);
    this.onRefusal(failure, act);
  }

  settle(act) {
    this.acts = this.acts.filter((other) => other !== act);
    this.changed();
  }

  changed() {
    save(this.storage, this.acts);
    this.onChange(this.acts);
  }
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function load(storage) {
  try { return JSON.parse(storage.getItem(KEY) ?? "[]"); } catch { return []; }
}

// A full or closed storage must not stop the counter; the act is still in memory.
function save(storage, acts) {
  try { storage.setItem(KEY, JSON.stringify(acts)); } catch { /* Kept in memory alone. */ }
}
