// The meal code page: read aloud, renew the code in place, keep the screen awake. The page never leaves by itself.
const RETRY_SECONDS = 5;
const EARLY_SECONDS = 10;

const code = document.querySelector("[data-code]");
const stale = document.querySelector("[data-stale]");

function offerReading(button) {
  if (!("speechSynthesis" in window)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(`${button.dataset.speak}取餐号 ${spelledNumber()}`);
    words.lang = "zh-CN";
    words.rate = 0.85;
    speechSynthesis.speak(words);
  });
}

// Digits are read one by one: "3 8 1 6", never "three thousand".
function spelledNumber() {
  return [...code.querySelector("[data-number]").textContent.replace(/\D/g, "")].join(" ");
}

function show(fresh) {
  code.querySelector("[data-qr]").src = fresh.qr_src;
  const groups = fresh.number.split(" ").map((group) => {
    const span = document.createElement("span");
    span.textContent = group;
    return span;
  });
  code.querySelector("[data-number]").replaceChildren(...groups.flatMap((span) => [span, " "]).slice(0, -1));
}

async function renew() {
  try {
    const response = await fetch(code.dataset.refresh, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    const fresh = await response.json();
    show(fresh);
    stale.hidden = true;
    renewAfter(fresh.seconds);
  } catch {
    stale.hidden = false;
    setTimeout(renew, RETRY_SECONDS * 1000);
  }
}

function renewAfter(seconds) {
  setTimeout(renew, Math.max(seconds - EARLY_SECONDS, seconds / 2, 1) * 1000);
}

// A lock is lost whenever the page is hidden, so it is asked for again each time it comes back.
async function stayAwake() {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try { await navigator.wakeLock.request("screen"); } catch { /* Low battery: the screen may sleep. */ }
}

document.querySelectorAll("[data-speak]").forEach(offerReading);
if (code) {
  renewAfter(Number(code.dataset.seconds));
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
}
