// The phone: asks for news every second, draws what is new, sends what is done.
// Everything from outside becomes text nodes, never markup.
import { drawBubble, drawLog, element } from "./draw.js";

const body = document.body;
const key = body.dataset.user;
const byId = (id) => document.getElementById(id);
const chat = byId("chat");
const state = { atEnd: true, top: 0, last: 0, lastAt: 0, following: null, menu: "", log: "" };

async function ask(path, given) {
  const options = given === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  };
  const answer = await fetch(path, options);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error || answer.status);
  return told;
}

const WORDS = {
  "users.not_following": "请先关注公众号",
  "users.already_following": "已经关注了",
  "scan.unknown_code": "这不是本公众号的码",
  "scan.expired_code": "这个码过期了",
  "clock.unreachable": "食堂系统没有开，改不了时间",
  "text.empty": "还没写字呢",
};

function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 4000);
}

async function act(name, given = {}) {
  const trick = document.querySelector("#tricks input:checked")?.value ?? "";
  const doing = ask(`/simulator/users/${encodeURIComponent(key)}/${name}`, { trick, ...given });
  setTimeout(refresh, 120);
  try {
    await doing;
  } catch (error) {
    toast(WORDS[error.message] ?? `没成功：${error.message}`);
  }
  await refresh();
}

// News.

let asking = null;
async function refresh() {
  asking ??= fetchNews().finally(() => { asking = null; });
  return asking;
}

async function fetchNews() {
  try {
    const news = await ask(`/simulator/users/${encodeURIComponent(key)}/state?after=${state.last}`);
    showMessages(news.messages);
    showFollowing(news.user.following);
    showMenu(news.menu);
    showClock(news.clock);
    showLog(news.deliveries, news.refused);
  } catch {
    toast("模拟器没有回答 · the simulator does not answer");
  }
}

function showMessages(messages) {
  for (const message of messages) {
    if (Math.abs(message.at - state.lastAt) > 300) {
      chat.append(element("li", { class: "stamp" }, stamp(message.at)));
    }
    state.lastAt = message.at;
    state.last = message.seq;
    chat.append(drawBubble(message, { face: faceOfUser(), choose, open: linkTo }));
  }
  if (messages.length) state.atEnd = true;
  keepEnd();
}

// The end of the talk stays in sight when pictures load or the menu appears,
// unless the reader has scrolled back.
function keepEnd() {
  if (state.atEnd) chat.scrollTop = chat.scrollHeight;
}
chat.addEventListener("scroll", () => {
  const below = chat.scrollHeight - chat.scrollTop - chat.clientHeight;
  if (below < 40) state.atEnd = true;
  else if (chat.scrollTop < state.top) state.atEnd = false;
  state.top = chat.scrollTop;
});
chat.addEventListener("load", keepEnd, true);
new ResizeObserver(() => keepEnd()).observe(chat);

function stamp(seconds) {
  return new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(new Date(seconds * 1000));
}

const faceOfUser = () => document.querySelector(".bar .face").textContent;
const linkTo = (url) => `/open/${encodeURIComponent(key)}?url=${encodeURIComponent(url)}`;
const choose = (text, id) => act("text", { text, choice: id });

function showFollowing(following) {
  if (following === state.following) return;
  state.following = following;
  byId("following").textContent = following ? "已关注" : "未关注";
  byId("follow").hidden = !following;
  byId("welcome").hidden = following;
  byId("foot").inert = !following;
}

function showClock(clock) {
  const at = new Date(clock.now);
  const zone = { timeZone: "Asia/Shanghai" };
  const day = new Intl.DateTimeFormat("zh-CN", { ...zone, month: "long", day: "numeric", weekday: "short" }).format(at);
  const time = new Intl.DateTimeFormat("zh-CN", { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  byId("clock").textContent = `${day} ${time}`;
  const note = byId("clock-note");
  const words = clock.shared
    ? (clock.running ? "跟食堂系统同一个钟 · the canteen's clock" : "钟停着 · the clock stands still")
    : "食堂系统没有回答，用的是真实时间 · real time: the canteen does not answer";
  if (note.textContent !== words) note.textContent = words;
  note.classList.toggle("alone", !clock.shared);
}

function showLog(deliveries, refused) {
  const print = JSON.stringify([deliveries.map((one) => [one.seq, one.verdict]), refused.map((one) => one.seq)]);
  if (print === state.log) return;
  state.log = print;
  const open = new Set([...byId("log").querySelectorAll("details[open]")].map((one) => one.dataset.seq));
  const lines = drawLog(deliveries, refused, open);
  if (lines.length) byId("log").replaceChildren(...lines);
  if (refused.length && !byId("template").value) {
    byId("template").value = refused.at(-1).body.template_id ?? "";
  }
}

// The custom menu.

function showMenu(buttons) {
  const print = JSON.stringify(buttons);
  if (print === state.menu) return;
  state.menu = print;
  const menu = byId("menu");
  menu.hidden = buttons.length === 0;
  byId("keyboard").hidden = buttons.length === 0;
  menu.replaceChildren(...buttons.map(menuEntry));
}

function menuEntry(button) {
  const entry = element("div", { class: "entry" });
  const top = element("button", { type: "button" }, button.name);
  entry.append(top);
  if (!button.sub_button?.length) {
    top.addEventListener("click", () => tap(button));
    return entry;
  }
  const list = element("ul", { class: "submenu", hidden: "" });
  for (const child of button.sub_button) {
    const one = element("button", { type: "button" }, child.name);
    one.addEventListener("click", () => { closeMenus(); tap(child); top.focus(); });
    list.append(element("li", {}, one));
  }
  top.setAttribute("aria-expanded", "false");
  top.addEventListener("click", () => {
    const opening = list.hidden;
    closeMenus();
    list.hidden = !opening;
    top.setAttribute("aria-expanded", String(opening));
  });
  entry.append(list);
  return entry;
}

function closeMenus() {
  for (const list of document.querySelectorAll(".submenu")) list.hidden = true;
  for (const top of document.querySelectorAll(".menu [aria-expanded]")) top.setAttribute("aria-expanded", "false");
}

function tap(button) {
  if (button.url) {
    window.open(linkTo(button.url), "_blank", "noopener");
    act("view", { url: button.url });
  } else if (button.type.startsWith("scancode")) {
    openDialog("scan");
  } else if (button.type === "location_select") {
    openDialog("place");
  } else {
    act("click", { key: button.key, name: button.name });
  }
}

// Dialogues and buttons.

async function openDialog(name) {
  const dialog = byId(name);
  if (name === "scan") await showScenes(dialog);
  dialog.returnValue = "";
  dialog.showModal();
}

async function showScenes(dialog) {
  const { scenes } = await ask("/simulator/scenes");
  const seen = new Set();
  const newest = scenes.filter(({ scene }) => !seen.has(scene) && seen.add(scene));
  const buttons = newest.slice(0, 30).map((scene) => {
    const picture = element("img", { src: `/cgi-bin/showqrcode?ticket=${encodeURIComponent(scene.ticket)}`, alt: "" });
    const kind = scene.permanent ? "永久 permanent" : (scene.current ? "临时 temporary" : "已过期 expired");
    const words = element("span", {}, scene.scene, element("small", {}, kind));
    const button = element("button", { type: "button" }, picture, words);
    button.addEventListener("click", () => { dialog.close("cancel"); act("scan", { code: scene.ticket }); });
    return button;
  });
  const none = element("p", { class: "quiet" }, "公众号还没有做过二维码 · no codes made yet");
  byId("scenes").replaceChildren(...(buttons.length ? buttons : [none]));
}

const CLOSED = {
  voice: (given) => act("voice", { text: given.text }),
  scan: (given) => given.code && act("scan", { code: given.code }),
  place: (given) => act("location", { ...given, latitude: Number(given.latitude), longitude: Number(given.longitude) }),
};

for (const [name, send] of Object.entries(CLOSED)) {
  const dialog = byId(name);
  const form = dialog.querySelector("form");
  // Enter in a field would press the first button, which is the one that gives up.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    }
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "ok") send(Object.fromEntries(new FormData(form)));
    if (name !== "place") form.reset();
  });
}

for (const button of document.querySelectorAll("[data-dialog]")) {
  button.addEventListener("click", () => openDialog(button.dataset.dialog));
}

byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("text");
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  act("text", { text });
});

byId("more").addEventListener("click", (event) => {
  const tray = byId("tray");
  tray.hidden = !tray.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!tray.hidden));
});

byId("keyboard").addEventListener("click", () => { byId("menu").hidden = !byId("menu").hidden; });
byId("picture").addEventListener("click", () => act("image"));
byId("follow").addEventListener("click", () => act("unfollow"));
byId("welcome-follow").addEventListener("click", () => act("follow"));
byId("welcome-scan").addEventListener("click", () => openDialog("scan"));

document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu")) closeMenus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
});

function showLarge(large) {
  document.documentElement.classList.toggle("large", large);
  byId("larger").setAttribute("aria-pressed", String(large));
}
byId("larger").addEventListener("click", () => {
  const large = !document.documentElement.classList.contains("large");
  localStorage.setItem("large", large ? "1" : "");
  showLarge(large);
});
showLarge(localStorage.getItem("large") === "1");

byId("add-user").addEventListener("submit", async (event) => {
  event.preventDefault();
  const user = await ask("/simulator/users", { name: byId("new-name").value, caption: "新加的 (added)" });
  location.search = `?user=${encodeURIComponent(user.key)}`;
});

async function moveClock(given) {
  try {
    showClock(await ask("/simulator/clock", given));
  } catch (error) {
    toast(WORDS[error.message] ?? error.message);
  }
}
byId("clock-steps").addEventListener("click", (event) => {
  if (event.target.dataset.step) moveClock({ step: event.target.dataset.step });
});
byId("set-clock").addEventListener("submit", (event) => {
  event.preventDefault();
  moveClock({ now: byId("clock-to").value });
});
byId("fault").addEventListener("submit", async (event) => {
  event.preventDefault();
  const ordered = { path: byId("fault-path").value, errcode: Number(byId("fault-code").value), times: 1 };
  await ask("/simulator/errors", ordered);
  toast(`下一次回答 ${ordered.errcode}`);
});
byId("accept").addEventListener("submit", (event) => {
  event.preventDefault();
  act("accept", { template_id: byId("template").value, count: Number(event.submitter.value) });
});
byId("mini-code").addEventListener("click", async () => {
  byId("mini-code-out").textContent = (await ask(`/simulator/users/${encodeURIComponent(key)}/code`, {})).code;
});

async function start() {
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, 1000);
  if (body.dataset.scan) {
    await openDialog("scan");
    byId("scan").querySelector("[name=code]").value = body.dataset.scan;
  }
}
start();
