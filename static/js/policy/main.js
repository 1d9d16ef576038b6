// The editor of a policy: the text is the one truth; form, mistakes and prices follow it.
import { ask, later } from "./ask.js";
import { PolicyForm } from "./form.js";
import { Saving } from "./saving.js";
import { showPrices, showProblems, showUnknown } from "./shown.js";

const QUIET = 350;
const form = document.querySelector("[data-editor]");
const source = document.querySelector("[data-source]");
const lines = document.querySelector("[data-lines]");
const csrf = form.elements.csrf_token.value;
const saving = new Saving(form, source, csrf);
let asked = 0;

const sample = () => ({
  price: form.elements.sample_price.value,
  meal: form.elements.sample_meal.value,
  mode: form.elements.sample_mode.value,
  on: form.elements.sample_on.value,
});

function number() {
  const count = source.value.split("\n").length;
  if (lines.childElementCount || lines.textContent.split("\n").length !== count) {
    lines.textContent = Array.from({ length: count }, (_, at) => at + 1).join("\n");
  }
}

function goTo(line) {
  const before = source.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = source.value.indexOf("\n", before);
  source.focus();
  source.setSelectionRange(before, end < 0 ? source.value.length : end);
  source.scrollTop = (line - 4) * parseFloat(getComputedStyle(source).lineHeight);
}

function take(answer) {
  if (answer.text !== null && answer.text !== undefined) {
    const top = source.scrollTop;
    source.value = answer.text;
    source.scrollTop = top;
    number();
    saving.touch();
  }
  policyForm.show(answer.form.groups);
  showUnknown(answer.form.unknown);
  showProblems(answer, goTo);
  showPrices(answer.prices);
  form.dataset.ready = String(asked);
}

// Only the latest answer counts: an older one speaks of a text that is no more.
async function check(edit) {
  const mine = ++asked;
  try {
    const answer = await ask(form.dataset.check, { text: source.value, sample: sample(), edit }, csrf);
    if (mine === asked) take(answer);
  } catch (failure) {
    if (mine === asked) saving.tell(failure.message, "bad");
  }
}

const checkLater = later(check, QUIET);
const policyForm = new PolicyForm(document.querySelector("[data-form]"), (edit) => { if (!source.readOnly) check(edit); });
source.addEventListener("input", () => { number(); checkLater(); saving.touch(); });
source.addEventListener("scroll", () => { lines.scrollTop = source.scrollTop; });
form.elements.document_number.addEventListener("input", () => saving.touch());
document.querySelector("[data-sample]").addEventListener("input", () => checkLater());
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    saving.save();
  }
});

number();
take(JSON.parse(form.dataset.first));
