// Tie the counter together: a code comes in, is sent until it is answered, and the answer is shown.
import { AnswerPanel } from "./answer.js";
import { get, post } from "./api.js";
import { listenToGun } from "./gun.js";
import { newId } from "./identity.js";
import { NetworkState } from "./network.js";
import { NumberDialog } from "./number.js";
import { PeopleDialog } from "./people.js";
import { Queue } from "./queue.js";
import { play, unlockSound } from "./sound.js";

const page = document.querySelector("[data-scan-page]");
const { csrf, scans, redemptions, people } = page.dataset;
const lengths = page.dataset.codeLengths.split(",").map(Number);

const network = new NetworkState(page);
const panel = new AnswerPanel(page.querySelector("[data-answer]"), { onAction: act, onTender: pay });
const dialog = new NumberDialog(document.querySelector("[data-number-dialog]"), {
  lengths,
  onNumber: (digits) => scan(digits, "typed"),
});
const search = new PeopleDialog(document.querySelector("[data-people-dialog]"), {
  find: (text) => get(`${people}?q=${encodeURIComponent(text)}`),
  onPerson: serve,
});
const queue = new Queue({
  // The server counts how long an act waited, so the device's clock may be wrong.
  send: ({ url, body }) => post(url, { ...body, sent_at: new Date().toISOString() }, { csrf }),
  storage: sessionStorage,
  onChange: showWaiting,
  onAnswer: showAnswer,
  onRefusal: showRefusal,
});

function scan(code, means) {
  panel.wait("正在查", `尾号 ${code.slice(-4)}`);
  const body = { scan_id: newId(), code, means, happened_at: new Date().toISOString() };
  queue.add({ url: scans, body, label: `尾号 ${code.slice(-4)}` });
}

// Somebody whom the staff recognised: no code, the same answer.
function serve(person) {
  panel.wait("正在查", person.name);
  const body = { scan_id: newId(), happened_at: new Date().toISOString() };
  queue.add({ url: `${people}/${encodeURIComponent(person.ref)}/serve`, body, label: person.name });
}

// The buttons of an answer: undo belongs to the redemption, the others to the scan they answer.
function act(action, answer) {
  panel.hold();
  const url = action.id === "undo"
    ? `${redemptions}/${encodeURIComponent(answer.redemption)}/undo`
    : `${scans}/${encodeURIComponent(answer.scan_id)}/${action.id.replaceAll("_", "-")}`;
  queue.add({ url, body: { scan_id: newId() }, label: `${action.label} ${answer.name}`.trim() });
}

function pay(tender, answer) {
  panel.hold();
  const url = `${redemptions}/${encodeURIComponent(answer.redemption)}/tender`;
  queue.add({ url, body: { tender: tender.id }, label: `${tender.label} ${answer.name}`.trim() });
}

// Nobody waits at the counter for the network: after two tries the page says to go on.
function showWaiting(acts) {
  network.show(acts);
  if (acts[0]?.tries === 2) panel.wait("网不通", `${acts[0].label}：饭照打，通了自动再报`);
}

function showAnswer(answer, { url }) {
  panel.show(answer);
  page.querySelector("[data-served]").textContent = answer.counts.served;
  page.querySelector("[data-open]").textContent = answer.counts.open;
  if (!url.endsWith("/tender")) play(answer.verdict);
}

function showRefusal(problem, { label }) {
  panel.show({
    verdict: "warn",
    word: "没记上",
    why: problem.needsLogin ? "登录过时了，请重新进入" : problem.message,
    name: label,
    collect: "",
    dishes: "",
    next: problem.needsLogin ? "饭照打。这一份留着，重新进入后自动再报" : "饭照打，先记在备餐单上",
    flags: [],
    allergy: null,
    actions: [],
    tenders: [],
  });
  play("warn");
}

listenToGun(document, {
  lengths,
  isBusy: () => dialog.isOpen || search.isOpen,
  onCode: (digits) => scan(digits, "gun"),
  onScrap: (digits) => {
    panel.wait("没扫全", `只读到 ${digits.length} 位，请再扫一次`);
    play("warn");
  },
});
page.querySelector("[data-open-number]").addEventListener("click", () => dialog.open());
page.querySelector("[data-open-people]").addEventListener("click", () => search.open());
unlockSound(document);
// What waits lives with this page; closing it is asked about first.
addEventListener("beforeunload", (event) => { if (queue.acts.length) event.preventDefault(); });
network.show(queue.acts);
queue.run();
page.dataset.ready = "";
