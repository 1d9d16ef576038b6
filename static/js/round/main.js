// Tie a courier's round together: what is tapped is kept on the telephone first, sent by itself, and shown at its door.
// Without a script, in an old browser, or on the round of another courier the forms are sent as ever.
import { readCode } from "../offline/codes.js";
import { Unreachable } from "../offline/line.js";
import { isKept } from "../offline/ready.js";
import { Switch } from "../offline/switch.js";
import { newId } from "../scan/identity.js";
import { Doors } from "./doors.js";
import { isOfDoor, recordOf } from "./record.js";
import { Lens } from "./lens.js";
import { Phone } from "./phone.js";
import { Standing } from "./standing.js";

const page = document.querySelector("[data-round]");
const told = JSON.parse(page.dataset.offline || "null");
const standing = new Standing(page.querySelector("[data-standing]"));
const doors = new Doors(page, { onTakeBack: takeBack, onMend: mend, onLeave: leave });
const line = new Switch({ onChange: () => standing.resting(line.isResting) });
const opening = told ? Phone.open(told, page.dataset.csrf, { onChange: draw, onState: (state) => standing.uploads(state) }) : null;
let phone = null;
if (told) begin();

async function begin() {
  phone = await opening.catch(() => null);
  standing.open(Boolean(phone));
  if (phone) {
    draw();
    if (navigator.serviceWorker) isKept().then((isSo) => standing.keeps(isSo));
    await phone.start();
  }
  page.dataset.ready = "";
}

function draw() {
  standing.show(phone?.waiting.records ?? []);
  doors.paint(phone?.acts ?? [], phone?.waiting.records ?? []);
}

page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!told || !form || form.dataset.isPlain) return;
  event.preventDefault();
  keep(form);
});

async function keep(form) {
  await opening.catch(() => null);
  if (!phone) {
    form.dataset.isPlain = "yes";
    form.requestSubmit();
    return;
  }
  const alert = await objection(form);
  say(form, alert);
  if (alert) return;
  const record = recordOf(form, { id: phone.isNew(form.elements.event_id.value) ? form.elements.event_id.value : newId() });
  form.elements.event_id.value = newId();
  form.elements.happened_at.value = "";
  await phone.keep(record, labelOf(form));
  form.reset();
  form.closest("details")?.removeAttribute("open");
  draw();
  await line.answer(() => sent(), () => null).catch(() => null);
}

async function sent() {
  await phone.waiting.upload();
  if (standing.isAway) throw new Unreachable("not sent");
}

// What stands against sending a form; a card that is not known here may still be a new one, so it is asked once.
async function objection(form) {
  if (form.elements.event.value !== "handed") return "";
  const code = form.elements.code.value.trim();
  if (!code && !form.elements.name.value.trim()) return "扫卡，或者请老人报姓名";
  const { hashes } = form.closest("[data-order]").dataset;
  if (!code || form.dataset.sure === code || await isOfDoor(code, hashes.split(" "), told)) return "";
  form.dataset.sure = code;
  return readCode(code).kind === "other" ? "没扫全，再扫一次" : "不像是这一户的，看看门牌；确实是，再点一次“送到了”";
}

function say(form, text) {
  const place = form.querySelector("[data-alert]");
  if (place) place.textContent = text;
}

function labelOf(form) {
  return form.closest("[data-order]")?.dataset.diner ?? `第 ${form.elements.trip.value} 趟`;
}

async function takeBack(id) {
  await phone.takeBack(id);
  draw();
}

// What the office refused is put right at the door where it happened: the same act, at its own time, with another word.
async function mend(id) {
  const record = await phone.takeBack(id);
  draw();
  if (record) doors.reopen(record);
}

async function leave(id) {
  await phone.takeBack(id);
  draw();
}

const lens = new Lens(document.querySelector("[data-lens-dialog]"));
for (const button of page.querySelectorAll("[data-lens]")) {
  button.hidden = !Lens.isThere;
  button.addEventListener("click", async () => {
    const form = button.closest("form");
    const digits = await lens.read();
    if (!digits) return;
    form.elements.code.value = digits;
    say(form, await objection(form) || "扫到了");
  });
}
