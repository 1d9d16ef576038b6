// Show one answer: shape, colour and word together, then the person, the money and what may be done.

export class AnswerPanel {
  constructor(root, { onAction, onTender }) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.onAction = onAction;
    this.onTender = onTender;
  }

  show(answer) {
    this.shown = answer;
    this.root.dataset.verdict = answer.verdict;
    this.part("mark").replaceChildren(iconOf(answer.verdict));
    this.write("word", answer.word);
    this.part("word").classList.toggle("long", answer.word.length > 4);
    this.write("why", answer.why);
    this.showDetails(answer);
    this.showTenders(answer);
    this.showActions(answer);
  }

  // The last answer goes the moment the next code is read: nobody may take an old green for a new one.
  wait(word, why) {
    this.show({ ...NOTHING, verdict: "wait", word, why });
  }

  showDetails(answer) {
    this.write("name", answer.name);
    this.write("collect", answer.collect);
    this.write("dishes", answer.dishes);
    this.write("next", answer.next);
    this.write("allergy", answer.allergy ? `过敏：${answer.allergy}` : "");
    this.part("flags").replaceChildren(...(answer.flags ?? []).map(tag));
    this.part("details").hidden = !(answer.name || answer.collect || answer.dishes || answer.next || answer.allergy);
  }

  showTenders(answer) {
    const group = this.part("tenders");
    const tenders = answer.redemption ? (answer.tenders ?? []) : [];
    group.querySelectorAll("button").forEach((old) => old.remove());
    group.append(...tenders.map((tender) => this.tenderButton(tender, answer)));
    group.hidden = tenders.length === 0;
  }

  tenderButton(tender, answer) {
    const made = button(tender.label, () => this.onTender(tender, answer));
    made.classList.add("tender");
    made.setAttribute("aria-pressed", String(tender.id === answer.tender));
    return made;
  }

  showActions(answer) {
    const end = this.part("actions-end");
    while (end.previousElementSibling) end.previousElementSibling.remove();
    end.before(...(answer.actions ?? []).map((action) => button(action.label, () => this.onAction(action, answer))));
  }

  // After a tap the same button must not answer twice.
  hold() {
    this.root.querySelectorAll("[data-tenders] button, [data-made]").forEach((held) => { held.disabled = true; });
  }

  write(name, text) {
    const part = this.part(name);
    part.textContent = text ?? "";
    part.hidden = !text;
  }
}

const NOTHING = { name: "", collect: "", dishes: "", next: "", allergy: null, flags: [], tenders: [], actions: [] };

function iconOf(verdict) {
  return document.querySelector(`template[data-icon="${verdict}"]`).content.cloneNode(true);
}

function tag(text) {
  const made = document.createElement("span");
  made.className = "tag";
  made.textContent = text;
  return made;
}

function button(label, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "scan-button";
  made.dataset.made = "";
  made.textContent = label;
  made.addEventListener("click", onClick);
  return made;
}
