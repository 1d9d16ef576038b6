// Ask how far a piece of work is, move the bar, and load the page again when it is done.
const EVERY = 1000;

for (const box of document.querySelectorAll("[data-progress]")) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-progress-text]");

  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const told = await answer.json();
        bar.max = Math.max(told.total, 1);
        bar.value = told.done;
        text.textContent = told.text;
        if (told.state !== "waiting" && told.state !== "running") {
          location.reload();
          return;
        }
      }
    } catch {
      // The network is away for a moment; ask again.
    }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}
