// Hold the day pack: fetched while there is a network, trusted only with the server's signature, ended with its day.
import { hashed, isGenuine, isSigned, readCode } from "./codes.js";

const EVERY = 5 * 60_000;

export class Packs {
  // `keys` are the public keys that came with the page itself, so that a pack cannot vouch for itself. `onChange` hears
  // of a pack once it is on the disk.
  constructor({ shelf, device, url, keys, clock = Date.now, onChange = () => {} }) {
    Object.assign(this, { shelf, device, url, keys, clock, onChange });
    this.pack = null;
    this.skew = 0;
  }

  // By our clock: what the device's clock says, corrected by what was measured at the last sync.
  now() {
    return this.clock() + this.skew;
  }

  async load() {
    const kept = await this.shelf.kept("pack");
    this.skew = (await this.shelf.kept("skew")) ?? 0;
    if (kept) await this.take(kept);
    return this;
  }

  async refresh(waiting = 0) {
    const sent = this.clock();
    const query = new URLSearchParams({ sent_at: new Date(sent).toISOString(), waiting: String(waiting) });
    const answer = await this.device.get(`${this.url}?${query}`);
    const middle = (sent + this.clock()) / 2;
    this.skew = Math.round(Date.parse(answer.at) - middle);
    await this.shelf.keep("skew", this.skew);
    if (await this.take(answer)) await this.shelf.keep("pack", answer);
    this.onChange(this.pack);
    return this.pack;
  }

  async take({ pack: text, key, signature }) {
    const point = this.keys[key];
    if (!point || !(await isSigned("pack", text, signature, point))) return null;
    this.pack = new Pack(JSON.parse(text));
    return this.pack;
  }

  // The pack if it still holds, else null.
  current() {
    return this.pack && this.now() < this.pack.expiresAt ? this.pack : null;
  }

  watch(waiting, page = window) {
    const again = () => this.refresh(waiting()).catch(() => null);
    page.addEventListener("online", again);
    setInterval(again, EVERY);
    return again();
  }
}

export class Pack {
  constructor(body) {
    Object.assign(this, body);
    this.expiresAt = Date.parse(body.expires_at);
    this.dead = new Set(body.revoked);
    this.byHash = new Map(body.people.flatMap((person) => person.hashes.map((hash) => [hash, person])));
    this.byOrder = new Map(
      body.people.flatMap((person) => person.orders.filter((one) => one.ref).map((one) => [one.ref, person])),
    );
  }

  // Say whose code it is: {kind, key, person or null, isForged, isDead, day, meal, expiresAt, length}.
  async recognise(text) {
    const code = readCode(text);
    if (code.kind === "order") return { ...code, key: code.ref, person: this.byOrder.get(code.ref) ?? null };
    if (code.kind === "other") return { ...code, key: "", person: null };
    const isForged = code.kind === "page" && !(await isGenuine(code, this.keys));
    const hash = await hashed(this.salt, code.kind === "page" ? "person" : code.kind, code.value);
    const person = this.byHash.get(hash) ?? null;
    return { ...code, key: person?.hashes[0] ?? hash, person, isForged, isDead: this.dead.has(hash) };
  }
}
