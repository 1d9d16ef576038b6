// Tie the counter together: a code comes in, the network or the device answers it, and the answer is shown.
import { AnswerPanel } from "./answer.js";
import { get, post } from "./api.js";
import { Camera } from "./camera.js";
import { commanded } from "./commands.js";
import { GuestsDialog } from "./guests.js";
import { listenToGun } from "./gun.js";
import { newId } from "./identity.js";
import { NetworkState } from "./network.js";
import { NumberDialog } from "./number.js";
import { Own } from "./own.js";
import { PeopleDialog } from "./people.js";
import { Queue } from "./queue.js";
import { Recent } from "./recent.js";
import { play, unlockSound } from "./sound.js";
import { isKept, register } from "../offline/ready.js";
import { Switch } from "../offline/switch.js";

const page = document.querySelector("[data-scan-page]");
const { csrf, scans, redemptions, people, guests } = page.dataset;
const commands = JSON.parse(page.dataset.commands || "{}");
const isPractice = "practice" in page.dataset;
const lengths = page.dataset.codeLengths.split(",").map(Number);

const network = new NetworkState(page);
const panel = new AnswerPanel(page.querySelector("[data-answer]"), { onAction: act, onTender: pay });
const dialog = new NumberDialog(document.querySelector("[data-number-dialog]"), {
  lengths,
  onNumber: (digits) => scan(digits, "typed"),
});
const search = new PeopleDialog(document.querySelector("[data-people-dialog]"), {
  find: (text) => get(`${people}?q=${encodeURIComponent(text)}`),
  family: (scanId) => get(`${people}?with=${encodeURIComponent(scanId)}`),
  csrf,
  onPerson: serve,
});
const visitors = new GuestsDialog(document.querySelector("[data-guests-dialog]"), {
  dishes: () => get(guests),
  onDish: serveGuest,
});
const queue = new Queue({
  // The server counts how long an act waited, so the device's clock may be wrong.
  send: ({ url, body }) => post(url, { ...body, sent_at: new Date().toISOString() }, { csrf }),
  storage: sessionStorage,
  onChange: showWaiting,
  onAnswer: showAnswer,
  onRefusal: showRefusal,
});
const line = new Switch({ onChange: () => network.resting(line.isResting) });
let own = null;
const recent = new Recent();
let turn = Promise.resolve();

// One scan after another, so that answers come in the order of the people.
function scan(code, means) {
  if (commands[code]) return command(commands[code]);
  turn = turn.then(() => answer(code, means)).catch((failure) => showRefusal(failure, { label: tail(code) }));
  return turn;
}

// The sheet beside the counter says by gun what a wet finger would tap.
function command(name) {
  turn = turn.then(() => {
    if (name === "guest") return visitors.first().catch((failure) => showRefusal(failure, { label: "不在册" }));
    const { refusal, action, tender, answer: told } = commanded(name, panel.shown);
    if (refusal) {
      play("warn");
      return panel.wait(refusal, "扫了人再扫命令码");
    }
    return action ? act(action, told) : pay(tender, told);
  });
  return turn;
}

async function answer(code, means) {
  const again = recent.of(code, means);
  if (again) return panel.show({ ...again, flags: ["刚扫过", ...(again.flags ?? [])] });
  recent.begin(code);
  panel.wait("正在查", tail(code));
  const scanned = { id: newId(), code, means, at: new Date().toISOString() };
  if (isPractice) return practise(scanned);
  if (!own?.isReady) return askUntilAnswered(scanned);
  if (await own.givenAlready(code)) return show(await own.answer(scanned), code);
  const { answer: told, by } = await line.answer(() => askOnce(scanned), () => own.answer(scanned));
  if (by === "network") {
    own.noteServed(code, told);
    if (own.waiting.records.length) own.waiting.upload();
  }
  return show(told, code);
}

// New staff try everything out; nothing of it leaves the page.
async function practise({ code, id }) {
  if (!own?.isReady) return panel.wait("还练不了", "请负责人先登记这台设备");
  return show(await own.practise(code, id), code);
}

function askOnce({ id, code, means, at }) {
  const body = { scan_id: id, code, means, happened_at: at, sent_at: new Date().toISOString() };
  return post(scans, body, { csrf });
}

function askUntilAnswered({ id, code, means, at }) {
  queue.add({ url: scans, body: { scan_id: id, code, means, happened_at: at }, label: tail(code), code });
}

function tail(code) {
  return `尾号 ${code.slice(-4)}`;
}

// Somebody whom the staff recognised: no code, the same answer.
function serve(person) {
  panel.wait("正在查", person.name);
  const body = { scan_id: newId(), happened_at: new Date().toISOString() };
  queue.add({ url: `${people}/${encodeURIComponent(person.ref)}/serve`, body, label: person.name });
}

// Somebody whom no register knows: no code, no name, the full price.
function serveGuest(dish) {
  if (isPractice) return panel.wait("练习：按到了", dish.name);
  panel.wait("正在查", dish.name);
  const body = { scan_id: newId(), dish: dish.id, happened_at: new Date().toISOString() };
  return queue.add({ url: guests, body, label: `不在册 ${dish.name}` });
}

// The buttons of an answer: undo belongs to the redemption, the others to the scan they answer.
async function act(action, answer) {
  panel.hold();
  if (isPractice) return panel.wait("练习：按到了", action.label);
  recent.clear();
  if (answer.offline) return actAlone(action, answer);
  const url = action.id === "undo"
    ? `${redemptions}/${encodeURIComponent(answer.redemption)}/undo`
    : `${scans}/${encodeURIComponent(answer.scan_id)}/${action.id.replaceAll("_", "-")}`;
  return queue.add({ url, body: { scan_id: newId() }, label: `${action.label} ${answer.name}`.trim() });
}

async function actAlone(action, answer) {
  if (action.id !== "undo") {
    const again = { id: newId(), code: answer.code, means: "manual", intent: action.id, at: new Date().toISOString() };
    return show(await own.answer(again));
  }
  const { done, redemption } = await own.undo(answer.scan_id);
  if (done) return panel.show({ ...EMPTY, verdict: "ok", word: "已撤销", why: "这一份当没取过", name: answer.name });
  return redemption ? act(action, { ...answer, offline: false, redemption }) : showRefusal(LOST, { label: answer.name });
}

async function pay(tender, answer) {
  panel.hold();
  if (isPractice) return panel.show({ ...answer, tender: tender.id });
  if (answer.offline) {
    const { done, redemption } = await own.pay(answer.scan_id, tender.id);
    if (done) return panel.show({ ...answer, tender: tender.id });
    if (!redemption) return showRefusal(LOST, { label: answer.name });
    answer = { ...answer, redemption };
  }
  const url = `${redemptions}/${encodeURIComponent(answer.redemption)}/tender`;
  return queue.add({ url, body: { tender: tender.id }, label: `${tender.label} ${answer.name}`.trim() });
}

const EMPTY = { name: "", collect: "", dishes: "", next: "", flags: [], allergy: null, actions: [], tenders: [] };
const LOST = { message: "这一份已经报上去了，请告诉负责人" };

// Nobody waits at the counter for the network: after two tries the page says to go on.
function showWaiting(acts) {
  network.show(acts, own?.waiting.records ?? []);
  if (acts[0]?.tries === 2) panel.wait("网不通", `${acts[0].label}：饭照打，通了自动再报`);
}

function showAnswer(answer, { url, code }) {
  if (code) recent.keep(code, answer);
  panel.show(answer);
  showCounts(answer);
  if (!url.endsWith("/tender")) play(answer.verdict);
}

function show(answer, code) {
  if (code) recent.keep(code, answer);
  panel.show(answer);
  showCounts(answer);
  play(answer.verdict);
}

// Without network nobody knows the counts but this device; the last ones stand.
function showCounts({ counts }) {
  if (!counts) return;
  page.querySelector("[data-served]").textContent = counts.served;
  page.querySelector("[data-open]").textContent = counts.open;
}

function showRefusal(problem, { label }) {
  panel.show({
    ...EMPTY,
    verdict: "warn",
    word: "没记上",
    why: problem.needsLogin ? "登录过时了，请重新进入" : problem.message,
    name: label,
    next: problem.needsLogin ? "饭照打。这一份留着，重新进入后自动再报" : "饭照打，先记在备餐单上",
  });
  play("warn");
}

listenToGun(document, {
  lengths,
  isBusy: () => dialog.isOpen || search.isOpen || visitors.isOpen,
  onCode: (digits) => scan(digits, "gun"),
  onScrap: (digits) => {
    panel.wait("没扫全", `只读到 ${digits.length} 位，请再扫一次`);
    play("warn");
  },
});
const lens = page.querySelector("[data-open-camera]");
const camera = new Camera(page.querySelector("[data-camera]"), {
  scriptUrl: lens.dataset.script,
  wasmUrl: lens.dataset.wasm,
  onCode: (digits) => scan(digits, "camera"),
});
lens.hidden = !Camera.isThere;
lens.addEventListener("click", toggleCamera);

async function toggleCamera() {
  if (camera.isOn) {
    camera.halt();
  } else {
    lens.textContent = "正在开";
    await camera.start().catch((failure) => {
      camera.halt();
      panel.wait("摄像头没打开", failure.name === "NotAllowedError" ? "请在浏览器里允许用摄像头" : "用扫码枪，或按“手工输号”");
    });
  }
  page.toggleAttribute("data-watching", camera.isOn);
  lens.textContent = camera.isOn ? "关摄像头" : "开摄像头";
}

page.querySelector("[data-open-number]").addEventListener("click", () => dialog.open());
page.querySelector("[data-open-people]").addEventListener("click", () => search.open(panel.shown));
page.querySelector("[data-open-guests]").addEventListener("click", () => visitors.open());
unlockSound(document);
// What waits here is uploaded when the page is opened again; closing it is asked about first.
addEventListener("beforeunload", (event) => {
  if (queue.acts.length || own?.waiting.records.length) event.preventDefault();
});

async function openOwn() {
  const told = JSON.parse(page.dataset.offline || "null");
  if (!told) return;
  const worker = navigator.serviceWorker;
  if (worker) register(told.workerUrl).catch(() => null);
  own = await Own.open(told, {
    onChange: () => showWaiting(queue.acts),
    onState: (state) => network.uploads(state),
    onPack: sayWhetherKept,
  }).catch(() => null);
  network.enrolled(Boolean(own));
  worker?.addEventListener("controllerchange", sayWhetherKept);
  sayWhetherKept();
  own?.start();
}

// Say that the network may go only when the page, its files and today's list are all on this device.
async function sayWhetherKept() {
  network.kept(Boolean(own?.isReady && navigator.serviceWorker) && await isKept());
}

network.show(queue.acts, []);
queue.run();
openOwn().finally(() => { page.dataset.ready = ""; showWaiting(queue.acts); });
