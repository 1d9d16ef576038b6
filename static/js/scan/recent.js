// Remember the answers of the last seconds. Who holds a card under the gun, or in front of the camera, is read again
// and again: the same answer, in silence, and marked, so that nobody takes it for a second person. What is typed is
// meant, and asked anew. Pure.

export const SPAN = 10_000;

export class Recent {
  constructor({ span = SPAN, clock = Date.now } = {}) {
    Object.assign(this, { span, clock });
    this.seen = new Map();
  }

  // The answer that a code got just now; null where there is none yet or it is too long ago.
  of(code, means) {
    const known = this.seen.get(code);
    if (means === "typed" || !known?.answer || this.clock() - known.at >= this.span) return null;
    return known.answer;
  }

  begin(code) {
    this.seen = new Map([...this.seen].filter(([, { at }]) => this.clock() - at < this.span));
    this.seen.set(code, { at: this.clock(), answer: null });
  }

  keep(code, answer) {
    const known = this.seen.get(code);
    if (known) known.answer = answer;
  }

  // After an undo or another act the old answer is no answer any more.
  clear() {
    this.seen.clear();
  }
}
