// Tell how a scanner gun is set: which digits arrive, what ends them, how fast they come.

const DIGIT = /^(?:Digit|Numpad)([0-9])$/;
const PAUSE = 1500;

// What a run of keys was: {digits, suffix, perKey in ms, throughInput}. Pure.
export function measured(keys) {
  const digits = keys.map(({ code }) => DIGIT.exec(code)?.[1] ?? "").join("");
  const last = keys.at(-1);
  const suffix = last && !DIGIT.test(last.code) ? last.code || last.key : "";
  const typed = keys.filter(({ code }) => DIGIT.test(code));
  const span = typed.length > 1 ? typed.at(-1).at - typed[0].at : 0;
  return {
    digits, suffix,
    perKey: typed.length > 1 ? span / (typed.length - 1) : 0,
    throughInput: keys.some(({ key }) => key === "Process"),
  };
}

// In words: {read, suffix, speed, verdict, isGood}.
export function told({ digits, suffix, perKey, throughInput }, expected) {
  const isWhole = digits === expected;
  const ends = ["Enter", "NumpadEnter", "Tab"].includes(suffix);
  return {
    read: isWhole ? `${digits.length} 位，都对` : missing(digits, expected),
    suffix: suffix ? (ends ? `${suffix === "Tab" ? "Tab" : "回车"}，可以` : `${suffix}，请改成回车`) : "没有，请设成回车",
    speed: `每位 ${perKey < 10 ? perKey.toFixed(1) : Math.round(perKey)} 毫秒${throughInput ? "，经过输入法，不要紧" : ""}`,
    verdict: verdict(isWhole, ends, perKey),
    isGood: isWhole && ends,
  };
}

function verdict(isWhole, ends, perKey) {
  if (isWhole && ends) return "这把枪可以用";
  if (!isWhole) return perKey < 3 ? "丢了数字：把枪的发送速度调慢一档，再试" : "没扫全：对正了再扫一次";
  return "数字都对，把结尾键设成回车就能用";
}

function missing(digits, expected) {
  if (!digits) return "一位也没有读到";
  let at = 0;
  while (at < digits.length && digits[at] === expected[at]) at += 1;
  return `${digits.length} 位，应该 ${expected.length} 位，第 ${at + 1} 位起不对`;
}

const panel = document.querySelector("[data-gun-test]");
if (panel) listen(panel);

function listen(panel) {
  let keys = [];
  let timer = null;
  const finish = () => {
    clearTimeout(timer);
    if (keys.length > 3) show(panel, told(measured(keys), panel.dataset.expected));
    keys = [];
  };
  document.addEventListener("keydown", (event) => {
    if (event.repeat || ["Shift", "Control", "Alt", "NumLock", "CapsLock"].includes(event.key)) return;
    const isDigit = DIGIT.test(event.code);
    if (!isDigit && keys.length < 4) return;
    keys.push({ code: event.code, key: event.key, at: event.timeStamp });
    clearTimeout(timer);
    if (isDigit) { timer = setTimeout(finish, PAUSE); return; }
    event.preventDefault();
    finish();
  }, true);
}

function show(panel, { read, suffix, speed, verdict, isGood }) {
  for (const [name, text] of Object.entries({ read, suffix, speed, verdict })) {
    panel.querySelector(`[data-gun-${name}]`).textContent = text;
  }
  panel.dataset.tone = isGood ? "ok" : "warn";
}
