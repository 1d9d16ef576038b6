// Answer a scan from the day pack alone. It knows what the server knew, in the same stated order of reasons, and
// decides nothing about money: every amount is in the pack. Pure.

const GRACE = 90;
const TAKEN = new Set(["served", "delivered"]);
const OPEN = new Set(["placed", "locked"]);
const CHINA = 8 * 3_600_000;

// `who` as `Pack.recognise` says; `given` are the trays that this device handed over itself: {who, meal, at}.
export function judge(pack, who, { intent = "serve", now, given = [] }) {
  const halt = haltBeforeMeal(who);
  if (halt) return halt;
  const meal = mealAt(pack, now) ?? (who.day === pack.day ? who.meal : null);
  if (!meal) return { verdict: "warn", reason: "not_serving_now" };
  if (!who.person && who.kind !== "card" && who.kind !== "page") return { verdict: "bad", reason: "unknown_code", meal };
  const order = orderOf(who.person, meal);
  const taken = takenOf(who, order, meal, given);
  if (taken) return again(pack, who, { intent, meal, taken, order });
  if (!who.person) return { verdict: "ok", reason: "unknown_card", meal, told_fen: null, tender: "tab", actions: ["undo"] };
  if (intent === "serve" && isStale(who, pack, meal, now)) return { verdict: "warn", reason: "code_expired", meal, actions: ["eat_now"] };
  return serve(pack, who, { intent, meal, order });
}

function haltBeforeMeal(who) {
  if (who.isForged) return { verdict: "bad", reason: "forged_code" };
  if (who.isDead) return { verdict: "bad", reason: "card_revoked" };
  if (who.kind === "other") return { verdict: "bad", reason: who.length ? "incomplete_code" : "unknown_code", length: who.length };
  return null;
}

// The meal that is being served, or the nearest within the grace.
export function mealAt(pack, now) {
  const minute = Math.floor(((now + CHINA) % 86_400_000) / 60_000);
  const distances = pack.meals.map(({ meal, opens, closes }) => [
    minute >= opens && minute < closes ? 0 : Math.min(Math.abs(minute - opens), Math.abs(minute - closes)), meal,
  ]);
  const [nearest] = distances.sort((one, other) => one[0] - other[0]);
  return nearest && nearest[0] <= GRACE ? nearest[1] : null;
}

function orderOf(person, meal) {
  const orders = (person?.orders ?? []).filter((order) => order.meal === meal);
  return orders.find((order) => OPEN.has(order.state) || TAKEN.has(order.state)) ?? orders.at(-1) ?? null;
}

function takenOf(who, order, meal, given) {
  const here = given.find((tray) => tray.who === who.key && tray.meal === meal);
  if (here) return { at: here.at, place: "", price_fen: here.price_fen };
  return order && TAKEN.has(order.state) ? { at: Date.parse(order.at), place: order.place, price_fen: order.price_fen } : null;
}

function again(pack, who, { intent, meal, taken, order }) {
  const price = taken.price_fen ?? order?.price_fen ?? standard(pack, who.person, meal)?.price_fen ?? 0;
  const shared = { meal, name: who.person?.name ?? "", price_fen: price };
  if (intent !== "again") return { ...shared, verdict: "warn", reason: "already_served", at: taken.at, place: taken.place, actions: ["again"] };
  return { ...shared, verdict: "ok", reason: "served_again", dishes: order?.dishes ?? "", told_fen: price, actions: ["undo"] };
}

function isStale(who, pack, meal, now) {
  if (who.kind !== "page") return false;
  return who.expiresAt <= now || who.day !== pack.day || who.meal !== meal;
}

function serve(pack, who, { intent, meal, order }) {
  const isHere = order && !order.place;
  if (intent === "serve" && isHere && !OPEN.has(order.state)) {
    return { verdict: "warn", reason: "order_cancelled", meal, name: who.person.name, actions: ["eat_now"] };
  }
  const isOpen = isHere && OPEN.has(order.state);
  if (isOpen && order.clash && intent !== "eat_now") return harmful(who, meal, order.clash, order.dishes);
  if (isOpen && !order.clash) return served(who, meal, "served", order);
  const dish = standard(pack, who.person, meal);
  if (!dish) return { verdict: "warn", reason: "nothing_on_menu", meal, name: who.person.name };
  if (dish.isHarmful) return harmful(who, meal, "", dish.dishes);
  return served(who, meal, "walk_in", dish);
}

function harmful(who, meal, allergen, dishes) {
  return { verdict: "bad", reason: "allergy", meal, name: who.person.name, allergen, dishes, actions: ["eat_now"] };
}

function served(who, meal, reason, { dishes, own_fen, price_fen, flags }) {
  return {
    verdict: "ok", reason, meal, name: who.person.name, dishes, told_fen: own_fen, price_fen,
    flags: flags?.length ? flags : who.person.flags, actions: ["undo"],
  };
}

// What a walk-in gets: the first dish of the meal that harms nobody, else the first.
export function standard(pack, person, meal) {
  const numbers = pack.dishes.map((dish, number) => (dish.meal === meal ? number : -1)).filter((number) => number >= 0);
  if (!numbers.length) return null;
  const clashes = new Set(person?.clashes ?? []);
  const chosen = numbers.find((number) => !clashes.has(number)) ?? numbers[0];
  const { name, price_fen } = pack.dishes[chosen];
  return { dishes: name, price_fen, own_fen: person?.own[chosen] ?? price_fen, isHarmful: clashes.has(chosen) };
}
