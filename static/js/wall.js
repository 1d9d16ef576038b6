// Keep the numbers on the wall true: ask every few seconds, sound when a new one is called, keep the screen awake.
import { play, unlockSound } from "./scan/sound.js";

const EVERY_MILLISECONDS = 4_000;
const wall = document.querySelector("[data-wall]");
const list = wall.querySelector("ol");
const empty = wall.querySelector("p");
let known = new Set([...list.children].map((one) => one.textContent));

function show(numbers) {
  const now = numbers.map(String);
  if (now.length !== known.size || now.some((number) => !known.has(number))) {
    list.replaceChildren(...now.map((number) => Object.assign(document.createElement("li"), { textContent: number })));
    empty.hidden = now.length > 0;
  }
  if (now.some((number) => !known.has(number))) play("ok");
  known = new Set(now);
}

async function look() {
  try {
    const answer = await fetch(wall.dataset.wall, { headers: { Accept: "application/json" } });
    if (answer.ok) show((await answer.json()).numbers);
  } catch {
    // Without a network the last numbers stand.
  }
}

const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
stayAwake();
unlockSound(document);
setInterval(look, EVERY_MILLISECONDS);
