// Gather the keystrokes of a scanner gun into one code. Pure: it knows keys and instants, no page.
//
// `event.code` is the physical key, so a Chinese input method, Caps Lock or another layout cannot change a digit.
// Only the full length counts, never the speed: a busy machine delivers keys late and stops in the middle of a code.
// A pause therefore ends nothing. It only marks where a code may begin, should a finger have touched a key before it.

const DIGIT = /^(?:Digit|Numpad)([0-9])$/;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const LEAST_SCRAP = 6; // So many digits in a row are a scan that lost some, not somebody's finger.

export class Collector {
  constructor({ lengths, pause = 300, forget = 10_000 }) {
    this.lengths = new Set(lengths);
    this.pause = pause;
    this.forget = forget;
    this.last = -Infinity;
    this.clear();
  }

  // Take one key; answer {kind: "other" | "digit" | "code" | "scrap", digits}.
  take({ code, key, at }) {
    const rested = at - this.last;
    if (rested > this.forget) this.clear();
    this.last = at;
    const digit = digitOf(code, key);
    if (digit !== null) return this.add(digit, rested);
    if (ENDS.has(code) || (!code && ENDS.has(key))) return this.finish();
    if (!isSilent(key)) this.clear();
    return { kind: "other", digits: "" };
  }

  add(digit, rested) {
    if (rested > this.pause) this.starts.push(this.digits.length);
    this.digits += digit;
    return { kind: "digit", digits: this.digits };
  }

  // All digits, or else those since one of the pauses, the longest that has the length of a code.
  finish() {
    const { digits, starts } = this;
    this.clear();
    const whole = [0, ...starts].map((start) => digits.slice(start)).find((part) => this.lengths.has(part.length));
    if (whole) return { kind: "code", digits: whole };
    return { kind: digits.length >= LEAST_SCRAP ? "scrap" : "other", digits };
  }

  clear() {
    this.digits = "";
    this.starts = [];
  }
}

function digitOf(code, key) {
  if (code) return DIGIT.exec(code)?.[1] ?? null;
  return /^[0-9]$/.test(key) ? key : null;
}

// Keys that guns send between digits without meaning anything.
function isSilent(key) {
  return ["Shift", "Control", "Alt", "NumLock", "CapsLock"].includes(key);
}

// What a person typed or pasted, as plain digits: full-width figures, blanks and dashes are forgiven.
export function digitsOf(text) {
  return text.normalize("NFKC").replace(/\D/g, "");
}
