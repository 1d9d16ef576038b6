// The start page: ask twice a second whether another meal was taken, and show the statement afresh when it was.
const EVERY = 500;
const SHINE = 1500;

const tour = document.querySelector("[data-tour]");
const pane = document.querySelector("[data-statement-pane]");
const statement = document.querySelector("[data-statement]");
const news = document.querySelector("[data-news]");
const clock = document.querySelector("[data-clock]");
let seen = null;

function refreshStatement() {
  // Wherever in the books the visitor is, there she stays.
  statement.contentWindow.location.reload();
  pane.dataset.fresh = "";
  setTimeout(() => delete pane.dataset.fresh, SHINE);
}

function take(pulse) {
  if (typeof pulse.clock === "string") clock.textContent = pulse.clock;
  if (seen !== null && pulse.redemptions !== seen) {
    refreshStatement();
    news.textContent = `账上变了：${pulse.latest?.text ?? `现在共 ${pulse.redemptions} 餐`}`;
  }
  seen = pulse.redemptions;
}

async function beat() {
  try {
    const response = await fetch(tour.dataset.pulse, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (response.ok) take(await response.json());
  } catch { /* The next beat asks again. */ }
  setTimeout(beat, EVERY);
}

beat();
