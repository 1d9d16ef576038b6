// Make of a form what is kept and sent, and tell whether a code belongs to a door. Pure but for hashing.
import { hashed, isGenuine, readCode } from "../offline/codes.js";

const FIELDS = [
  "event", "order", "trip", "courier", "meal", "code", "name", "helper_kind", "helper", "tender", "boxes", "note", "told_fen",
];

export function recordOf(form, { id, now = new Date() }) {
  const given = new FormData(form);
  const told = Object.fromEntries(FIELDS.map((name) => [name, String(given.get(name) ?? "").trim()]));
  return { id, ...told, happened_at: given.get("happened_at") || now.toISOString() };
}

// Where the browser cannot hash (plain http in a canteen's own network) the office decides.
export async function isOfDoor(text, hashes, { salt, keys }) {
  const code = readCode(text);
  if (!window.crypto?.subtle || code.kind === "number") return true;
  if (code.kind !== "page" && code.kind !== "card") return false;
  if (code.kind === "page" && !(await isGenuine(code, keys))) return false;
  return hashes.includes(await hashed(salt, code.kind === "page" ? "person" : code.kind, code.value));
}
