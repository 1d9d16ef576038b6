// Ask every few seconds whether somebody of this canteen is in danger, and show it above everything else.

const EVERY_MILLISECONDS = 15_000;
const banner = document.querySelector("[data-alarm]");

async function look() {
  try {
    const answer = await fetch(banner.dataset.alarm, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const { text } = await answer.json();
      banner.hidden = text === "";
      if (banner.textContent !== text) banner.textContent = text;
    }
  } catch {
    // Without a network the last answer stands.
  }
}

if (banner) {
  look();
  setInterval(look, EVERY_MILLISECONDS);
}
