// "字大些": step the root of senior pages and remember the step. Runs in the head, so that text never jumps.
(() => {
  const KEY = "text-size";
  const STEPS = ["1", "2", "3"];
  const root = document.documentElement;

  // Storage may be closed to us in a private window; the control then works for this page alone.
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (step) => { try { localStorage.setItem(KEY, step); } catch { /* Not remembered. */ } };

  const apply = (step) => { root.dataset.size = STEPS.includes(step) ? step : "1"; };
  const word = () => (root.dataset.size === STEPS[STEPS.length - 1] ? "字小些" : "字大些");

  apply(remembered());

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-bigger]");
    if (!button) return;
    button.hidden = false;
    button.textContent = word();
    button.addEventListener("click", () => {
      const next = (STEPS.indexOf(root.dataset.size) + 1) % STEPS.length;
      apply(STEPS[next]);
      remember(STEPS[next]);
      button.textContent = word();
    });
  });
})();
