// The dialog for a number told by mouth: keys on the screen, the keyboard, or a pasted long code.
import { digitsOf } from "./collector.js";

export class NumberDialog {
  constructor(dialog, { lengths, onNumber }) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.alert = dialog.querySelector("[data-number-alert]");
    this.lengths = lengths;
    this.onNumber = onNumber;
    dialog.querySelector("form").addEventListener("submit", (event) => this.submit(event));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.querySelectorAll("[data-key]").forEach((key) => {
      key.addEventListener("click", () => this.press(key.dataset.key));
    });
    this.input.addEventListener("input", () => this.say(""));
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    this.input.value = "";
    this.say("");
    this.dialog.showModal();
    this.input.focus();
  }

  press(key) {
    const value = this.input.value;
    if (key === "clear") this.input.value = "";
    else if (key === "back") this.input.value = value.slice(0, -1);
    else this.input.value = value + key;
    this.say("");
    this.keepFocus();
  }

  // The keyboard goes on where the finger left off, and Enter sends instead of pressing the last key again.
  keepFocus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  submit(event) {
    event.preventDefault();
    const digits = digitsOf(this.input.value);
    if (!this.lengths.includes(digits.length)) {
      this.say(`现在是 ${digits.length} 位，要 ${Math.min(...this.lengths)} 位`);
      return;
    }
    this.dialog.close();
    this.onNumber(digits);
  }

  say(text) {
    this.alert.textContent = text;
  }
}
