// Obey the sheet of command codes: what a gun says instead of a finger. A command acts on the answer that is shown.

const TENDERS = new Set(["cash", "own_code", "tab"]);

// Answer what is to be done: {action, answer}, {tender, answer}, or {refusal} in words. Pure.
export function commanded(name, answer) {
  if (!answer?.scan_id) return { refusal: "还没有扫人" };
  if (TENDERS.has(name)) {
    const tender = (answer.tenders ?? []).find((one) => one.id === name);
    return tender ? { tender, answer } : { refusal: "这一份不用收钱" };
  }
  const action = (answer.actions ?? []).find((one) => one.id === name);
  if (action) return { action, answer };
  // One more tray may be asked for as soon as somebody was recognised.
  if (name === "again" && answer.name) return { action: { id: "again", label: "再打一份" }, answer };
  return { refusal: name === "undo" ? "没有可以撤销的" : "这一份用不上这个" };
}
