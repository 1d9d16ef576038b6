// Answer scans from this device's own pack and keep them until they are uploaded. None of it happens on a device that
// nobody enrolled, or in a browser without IndexedDB or WebCrypto: there the page waits for the network as ever.
import { Device } from "../offline/device.js";
import { judge } from "../offline/judge.js";
import { Packs } from "../offline/pack.js";
import { Shelf } from "../offline/shelf.js";
import { Waiting } from "../offline/waiting.js";
import { say } from "./words.js";

const UNTOLD = new Set(["incomplete_code"]); // A scan that lost digits is repeated at once; it names nobody.

export class Own {
  static async open({ packUrl, uploadUrl, keys, words, staff }, { onChange, onState, onPack }) {
    if (!("indexedDB" in window) || !window.crypto?.subtle) return null;
    const shelf = await Shelf.open();
    const device = await Device.known(shelf);
    if (!device) return null;
    const waiting = await new Waiting({ shelf, device, url: uploadUrl, onChange, onState }).load();
    const packs = await new Packs({ shelf, device, url: packUrl, keys, onChange: onPack }).load();
    const own = new Own({ shelf, waiting, packs, words, staff });
    own.given = (await shelf.kept("given")) ?? [];
    return own;
  }

  constructor(parts) {
    Object.assign(this, parts);
    this.given = [];
  }

  get isReady() {
    return Boolean(this.packs.current());
  }

  start() {
    navigator.storage?.persist?.();
    return Promise.all([this.waiting.watch(), this.packs.watch(() => this.waiting.records.length)]);
  }

  // A tray that this very device gave while the server does not know of it yet; null where there is none.
  async givenAlready(code) {
    const pack = this.packs.current();
    if (!pack || !this.waiting.records.length) return null;
    const who = await pack.recognise(code);
    return this.waiting.records.some((record) => record.verdict === "ok" && record.who === who.key) ? who : null;
  }

  // Answer a scan, and keep it before the answer is shown: a green light is never forgotten.
  async answer({ id, code, means, intent = "serve", at }) {
    const pack = this.packs.current();
    const who = await pack.recognise(code);
    const told = judge(pack, who, { intent, now: this.packs.now(), given: this.given });
    const record = {
      id, code, means, intent, verdict: told.verdict, reason: told.reason, told_fen: told.told_fen ?? null,
      tender: told.tender ?? (told.told_fen ? pack.tender : ""), staff: this.staff, happened_at: at,
      skew_ms: this.packs.skew, who: who.key, label: told.name || `尾号 ${code.slice(-4)}`,
    };
    if (!UNTOLD.has(told.reason)) await this.waiting.add(record);
    if (told.verdict === "ok") await this.give(who.key, told.meal, told.price_fen ?? null, id);
    return say({ ...told, tender: record.tender }, { words: this.words, id, code });
  }

  // Answer as if, and keep nothing.
  async practise(code, id) {
    const pack = this.packs.current();
    const told = judge(pack, await pack.recognise(code), { now: this.packs.now() });
    return say({ ...told, tender: told.tender ?? pack.tender }, { words: this.words, id, code });
  }

  // Remember a tray that the network gave, so that the next scan without network knows it.
  async noteServed(code, answer) {
    const pack = this.packs.current();
    if (!pack || answer.verdict !== "ok" || !answer.redemption) return;
    await this.give((await pack.recognise(code)).key, answer.meal, null, answer.scan_id);
  }

  async give(who, meal, price_fen, id) {
    const { day } = this.packs.current();
    const today = this.given.filter((tray) => tray.day === day);
    this.given = [...today, { who, meal, price_fen, id, day, at: this.packs.now() }];
    await this.shelf.keep("given", this.given);
  }

  // Take a tray back: before it is uploaded here, afterwards by its reference; answers {done} or {redemption}.
  async undo(id) {
    this.given = this.given.filter((tray) => tray.id !== id);
    await this.shelf.keep("given", this.given);
    const changed = await this.waiting.change(id, () => ({ verdict: "warn", reason: "undone_offline", told_fen: null }));
    return changed ? { done: true } : { redemption: (await this.waiting.outcome(id))?.redemption ?? null };
  }

  async pay(id, tender) {
    const changed = await this.waiting.change(id, () => ({ tender }));
    return changed ? { done: true } : { redemption: (await this.waiting.outcome(id))?.redemption ?? null };
  }
}
