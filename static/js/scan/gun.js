// Listen for a scanner gun on the whole page.
import { Collector } from "./collector.js";

// `isBusy()` says that a dialog owns the keyboard; `onCode` and `onScrap` receive digits.
export function listenToGun(page, { lengths, isBusy, onCode, onScrap }) {
  const collector = new Collector({ lengths });
  page.addEventListener("keydown", (event) => {
    if (isBusy() || event.repeat) return;
    const { kind, digits } = collector.take({ code: event.code, key: event.key, at: event.timeStamp });
    if (kind !== "code" && kind !== "scrap") return;
    // The suffix must press no button and move no focus.
    event.preventDefault();
    event.stopPropagation();
    page.activeElement?.blur();
    (kind === "code" ? onCode : onScrap)(digits);
  }, true);
}
