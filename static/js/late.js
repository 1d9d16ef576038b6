// Say aloud what is not wanted any more: ask every few seconds, show it, and sound when there is more than before.
import { play, unlockSound } from "./scan/sound.js";

const EVERY_MILLISECONDS = 10_000;
const banner = document.querySelector("[data-late]");
let known = null;

async function look() {
  try {
    const answer = await fetch(banner.dataset.late, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { count, text } = await answer.json();
    banner.hidden = count === 0;
    if (banner.textContent !== text) banner.textContent = text;
    if (known !== null && count > known) play("bad");
    known = count;
  } catch {
    // Without a network the last answer stands.
  }
}

if (banner) {
  unlockSound(document);
  look();
  setInterval(look, EVERY_MILLISECONDS);
}
