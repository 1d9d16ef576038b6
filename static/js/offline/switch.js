// Choose between the network's answer and the device's own, so that nobody ever toggles a mode: the network's if it
// comes in time, else the device's; after two that were late the device answers first for half a minute.
import { Problem, Unreachable } from "./line.js";

export const LIMIT = 700;
export const REST = 30_000;
const PATIENCE = 2;

export class Switch {
  constructor({ limit = LIMIT, rest = REST, clock = Date.now, onChange = () => {} } = {}) {
    Object.assign(this, { limit, rest, clock, onChange });
    this.late = 0;
    this.restsUntil = 0;
  }

  get isResting() {
    return this.clock() < this.restsUntil || navigator.onLine === false;
  }

  // `ask` asks the network, `own` answers by itself; answers {answer, by: "network" | "device"}.
  // What the network refuses for good is thrown; only a log-in that ran out is the device's to bridge.
  async answer(ask, own) {
    if (this.isResting) return { answer: await own(), by: "device" };
    try {
      const answer = await inTime(ask(), this.limit);
      this.noteGood();
      return { answer, by: "network" };
    } catch (failure) {
      if (failure instanceof Problem && !failure.needsLogin) throw failure;
      this.noteLate();
      return { answer: await own(), by: "device" };
    }
  }

  noteGood() {
    this.late = 0;
    this.onChange("good");
  }

  noteLate() {
    this.late += 1;
    if (this.late >= PATIENCE) {
      this.late = 0;
      this.restsUntil = this.clock() + this.rest;
    }
    this.onChange("late");
  }
}

function inTime(asked, limit) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Unreachable("late")), limit); });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
