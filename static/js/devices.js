// Enrol this browser as a device of the counter, and fetch its first day pack at once, while the manager is here.
import { Device } from "./offline/device.js";
import { Packs } from "./offline/pack.js";
import { isKept, register } from "./offline/ready.js";
import { Shelf } from "./offline/shelf.js";
import { post } from "./scan/api.js";

const panel = document.querySelector("[data-enrol]");
const form = panel.querySelector("[data-enrol-form]");
const state = panel.querySelector("[data-enrol-state]");
const button = form.querySelector("button");
const KEPT = "登记好了，页面和今天的单子都已存下。断了网也能收餐。";
const NOT_YET = "登记好了，断网要用的还没存全。打开“扫码收餐”，等右上角写“断网也能收”。";
const offline = JSON.parse(panel.dataset.offline);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  state.textContent = "正在登记";
  try {
    await enrol(form.elements.name.value);
    button.disabled = true;
    state.textContent = "登记好了，正在存断网要用的页面，先别走";
    state.textContent = (await isKept()) ? KEPT : NOT_YET;
  } catch (failure) {
    state.textContent = failure.message;
  }
});

async function enrol(name) {
  if (!navigator.serviceWorker || !crypto.subtle) throw new Error("这个浏览器断网用不了。请用普通浏览器，从 https 的地址打开");
  const shelf = await Shelf.open();
  const credential = await post(panel.dataset.enrol, { name }, { csrf: panel.dataset.csrf });
  const device = await Device.enrol(shelf, credential);
  await new Packs({ shelf, device, url: offline.packUrl, keys: offline.keys }).refresh();
  await register(offline.workerUrl);
}

// Only now is somebody listening: pressed before, the button would have sent the form nowhere.
button.disabled = false;
