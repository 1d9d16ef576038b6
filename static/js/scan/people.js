// The dialog for who came without telephone, card and order: a name, its initials, or the end of a number.
import { Unreachable } from "../offline/line.js";

const PAUSE = 250;
const LEAST = 2;

export class PeopleDialog {
  constructor(dialog, { find, family, csrf, onPerson }) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.alert = dialog.querySelector("[data-people-alert]");
    this.list = dialog.querySelector("[data-people-list]");
    Object.assign(this, { find, family, csrf });
    this.onPerson = onPerson;
    dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.search(); });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    // An input method that is still composing has no name yet.
    this.input.addEventListener("input", (event) => { if (!event.isComposing) this.soon(); });
    this.input.addEventListener("compositionend", () => this.soon());
  }

  get isOpen() {
    return this.dialog.open;
  }

  // Whoever was served last may take trays for the family: each is tapped, and eats on their own entitlement.
  open(answer) {
    this.input.value = "";
    this.show([], "");
    this.dialog.showModal();
    this.input.focus();
    if (answer?.scan_id && answer.name && !answer.offline) this.offer(answer);
  }

  async offer({ scan_id, name }) {
    const asked = this.asked = Symbol(scan_id);
    const { people } = await this.family(scan_id).catch(() => ({ people: [] }));
    if (asked === this.asked && this.isOpen && people.length) this.show(people, `和${name}一家的，点名字就打饭`);
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  // An answer that comes after the next question was asked is not shown.
  async search() {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < LEAST) {
      this.show([], text && "再多写一个字");
      return;
    }
    const asked = this.asked = Symbol(text);
    const answer = await this.ask(text);
    if (asked === this.asked && this.isOpen) this.show(answer.people, answer.said);
  }

  async ask(text) {
    try {
      const { people, more } = await this.find(text);
      if (!people.length) return { people, said: "没找到。饭照打，记下名字，再告诉社区" };
      return { people, said: more ? "人太多，再多写一个字" : `找到 ${people.length} 位，点名字就打饭` };
    } catch (failure) {
      return { people: [], said: failure instanceof Unreachable ? "网不通。饭照打，先记在备餐单上" : failure.message };
    }
  }

  show(people, said) {
    this.alert.textContent = said;
    this.list.replaceChildren(...people.map((person) => this.entry(person)));
  }

  // A form of its own, so that the sheet opens beside the counter.
  newCard(address) {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: address, target: "_blank" });
    const token = document.createElement("input");
    Object.assign(token, { type: "hidden", name: "csrf_token", value: this.csrf });
    const button = document.createElement("button");
    button.textContent = "卡丢了，补一张";
    form.append(token, button);
    return form;
  }

  entry(person) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...[["b", person.name], ["span", person.hint], ["span", person.order]].map(([tag, text]) => {
      const part = document.createElement(tag);
      part.textContent = text;
      return part;
    }));
    button.addEventListener("click", () => { this.dialog.close(); this.onPerson(person); });
    const item = document.createElement("li");
    item.append(button);
    if (person.card) item.append(this.newCard(person.card));
    return item;
  }
}
