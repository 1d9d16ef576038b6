// Read codes without asking anybody: the forms of docs/checkin.md, the hashes and the signature of the day pack.

const PAGE_LENGTH = 183;
const CARD_LENGTH = 51;
const NUMBER_LENGTH = 8;
const PAGE_BYTES = 75;
const BODY_BYTES = 11;
const HASH_BYTES = 12;
const MEALS = ["breakfast", "lunch", "dinner"];
const DAY = 86_400_000;
const EPOCH = Date.UTC(2020, 0, 1);
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNED = { name: "ECDSA", hash: "SHA-256" };

// Answer {kind: "page" | "card" | "number" | "order" | "other", ...}; a page code also says day, meal and expiry.
export function readCode(text) {
  const digits = text.normalize("NFKC").replace(/[\s\-－—]/g, "");
  if (/^D-/i.test(text.trim())) return { kind: "order", ref: text.trim().toUpperCase() };
  if (!/^\d+$/.test(digits)) return { kind: "other", length: digits.length };
  if (digits.length === PAGE_LENGTH && digits[0] === "1") return readPage(digits);
  if (digits.length === CARD_LENGTH && digits[0] === "2") return { kind: "card", value: digits };
  if (digits.length === NUMBER_LENGTH) return { kind: "number", value: digits };
  return { kind: "other", length: digits.length };
}

function readPage(digits) {
  const raw = bytesOf(BigInt(digits.slice(2)), PAGE_BYTES);
  const dayAndMeal = raw[6] * 256 + raw[7];
  const minutes = (raw[8] * 256 + raw[9]) * 256 + raw[10];
  return {
    kind: "page",
    value: String(raw.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)),
    day: new Date(EPOCH + Math.floor(dayAndMeal / 4) * DAY).toISOString().slice(0, 10),
    meal: MEALS[dayAndMeal % 4] ?? "",
    expiresAt: EPOCH + minutes * 60_000,
    keyId: digits[1],
    signed: concat(new TextEncoder().encode(digits.slice(0, 2)), raw.slice(0, BODY_BYTES)),
    signature: raw.slice(BODY_BYTES),
  };
}

export async function isGenuine(page, keys) {
  const point = keys[page.keyId];
  return Boolean(point) && verify(point, page.signature, page.signed);
}

export async function isSigned(purpose, text, signature, point) {
  return verify(point, bytesOfHex(signature), new TextEncoder().encode(`${purpose}\n${text}`));
}

export async function hashed(salt, kind, value) {
  const text = new TextEncoder().encode(`${salt}|${kind}|${value}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(digest.slice(0, HASH_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function verify(point, signature, signed) {
  const key = await crypto.subtle.importKey("raw", bytesOfHex(point), CURVE, false, ["verify"]);
  return crypto.subtle.verify(SIGNED, key, signature, signed);
}

function bytesOf(number, count) {
  const hex = number.toString(16).padStart(count * 2, "0");
  return hex.length > count * 2 ? new Uint8Array(count) : bytesOfHex(hex);
}

function bytesOfHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function concat(one, other) {
  const made = new Uint8Array(one.length + other.length);
  made.set(one);
  made.set(other, one.length);
  return made;
}
