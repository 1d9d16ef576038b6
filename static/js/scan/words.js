// Say an answer of the device in the words that came with the page; the server says its own.

const CHINA = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false };

export function say(told, { words, id, code }) {
  const reason = words.reasons[told.reason];
  const facts = factsOf(told, words);
  const part = (name) => fill(reason[name] ?? "", facts);
  return {
    word: part("word"), why: part("why"), next: part("next"), allergy: part("allergy") || null,
    verdict: told.verdict, reason: told.reason, name: told.name ?? "", meal: told.meal ?? "",
    dishes: part("why") === told.dishes ? "" : told.dishes ?? "", flags: told.flags ?? [],
    collect: reason.collect ?? collect(told.told_fen, words), scan_id: id, code, offline: true,
    redemption: told.verdict === "ok" ? id : null, tender: told.tender,
    tenders: told.told_fen ? Object.entries(words.tenders).map(([tender, label]) => ({ id: tender, label })) : [],
    actions: (told.actions ?? []).map((action) => ({ id: action, label: labelOf(action, told.reason, words) })),
  };
}

function factsOf(told, words) {
  return {
    meal: words.meals[told.meal] ?? "",
    time: told.at ? new Intl.DateTimeFormat("zh-CN", CHINA).format(told.at) : "",
    place: told.place || words.here,
    price: yuan(told.price_fen ?? 0),
    length: String(told.length ?? ""),
    allergen: told.allergen || words.harmful,
    dishes: told.dishes ?? "",
  };
}

function labelOf(action, reason, words) {
  return words.actions_of[reason]?.[action] ?? words.actions[action];
}

function collect(fen, words) {
  if (fen === undefined || fen === null) return "";
  return fen ? fill(words.collect.amount, { own: yuan(fen) }) : words.collect.free;
}

export function yuan(fen) {
  return (fen / 100).toFixed(2).replace(/\.?0+$/, "");
}

function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}
