// Gather the keystrokes of a scanner gun into one code. Pure: it knows keys and instants, no page.
//
// `event.code` is the physical key, so a Chinese input method, Caps Lock or another layout cannot change a digit.
// Only the full length counts, never the speed: a busy machine delivers keys late.

const DIGIT = /^(?:Digit|Numpad)([0-9])$/;
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const LEAST_SCRAP = 6; // So many digits in a row are a scan that lost some, not somebody's finger.

export class Collector {
  constructor({ lengths, gap = 300 }) {
    this.lengths = new Set(lengths);
    this.gap = gap;
    this.digits = "";
    this.last = -Infinity;
  }

  // Take one key; answer {kind: "other" | "digit" | "code" | "scrap", digits}.
  take({ code, key, at }) {
    if (at - this.last > this.gap) this.digits = "";
    this.last = at;
    const digit = digitOf(code, key);
    if (digit !== null) {
      this.digits += digit;
      return { kind: "digit", digits: this.digits };
    }
    if (ENDS.has(code) || (!code && ENDS.has(key))) return this.finish();
    if (!isSilent(key)) this.digits = "";
    return { kind: "other", digits: "" };
  }

  finish() {
    const digits = this.digits;
    this.digits = "";
    if (this.lengths.has(digits.length)) return { kind: "code", digits };
    return { kind: digits.length >= LEAST_SCRAP ? "scrap" : "other", digits };
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
