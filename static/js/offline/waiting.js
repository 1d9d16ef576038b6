// Hold what was answered without network until the server has it: kept on the disk first, uploaded by itself on load,
// when the network returns and every half minute, by one tab at a time. A record leaves only when the server says what
// became of it; no error answer ever removes one. What the server cannot read or refuses stays, is sent no more, and
// waits for a person.
import { settled } from "./shelf.js";
import { Problem } from "./line.js";

const EVERY = 30_000;
const AT_ONCE = 100;
const REMEMBERED = 300;
const DONE = new Set(["served", "fed", "failed", "noted"]);
const HELD = new Set(["unread", "refused"]);

export class Waiting {
  // `onChange(records)` hears of every change, `onState(word)` of uploads: "sent", "unreachable", "refused".
  // `named` is what the server calls the records.
  constructor({ shelf, device, url, named = "scans", onChange = () => {}, onState = () => {}, clock = Date.now }) {
    Object.assign(this, { shelf, device, url, named, onChange, onState, clock });
    this.records = [];
  }

  async load() {
    this.records = (await this.shelf.all("waiting")).sort((one, other) => one.number - other.number);
    this.onChange(this.records);
    return this;
  }

  // Number the record and keep it; resolves when it is on the disk.
  async add(record) {
    const made = await this.shelf.together(["waiting", "kept"], async ({ waiting, kept }) => {
      const last = (await settled(kept.get("number")))?.value ?? 0;
      const numbered = { ...record, number: last + 1 };
      kept.put({ name: "number", value: last + 1 });
      waiting.put(numbered);
      return numbered;
    });
    await this.load();
    return made;
  }

  // Change a record that is not uploaded yet; answers null where it is, or is on its way.
  change(id, alter) {
    return this.locked(async () => {
      const found = await this.shelf.read("waiting", (shelf) => shelf.get(id));
      if (!found) return null;
      const changed = { ...found, ...alter(found) };
      await this.shelf.write("waiting", (shelf) => shelf.put(changed));
      await this.load();
      return changed;
    });
  }

  // Take back a record that is not on its way; answers it, or null where it is gone already.
  drop(id) {
    return this.locked(async () => {
      const found = await this.shelf.read("waiting", (shelf) => shelf.get(id));
      await this.shelf.write("waiting", (shelf) => shelf.delete(id));
      await this.load();
      return found ?? null;
    });
  }

  // What became of a record that was uploaded, as far as it is remembered.
  async outcome(id) {
    return ((await this.shelf.kept("outcomes")) ?? []).find((one) => one.id === id) ?? null;
  }

  upload() {
    return this.locked(() => this.deliver(), { ifAvailable: true });
  }

  // One tab at a time. Where the browser has no locks, ids keep a second upload harmless.
  locked(work, options = {}) {
    if (!navigator.locks) return work();
    const name = `${this.shelf.database.name}-upload`;
    return navigator.locks.request(name, options, (lock) => (lock || !options.ifAvailable ? work() : undefined));
  }

  async deliver() {
    try {
      for (;;) {
        const records = (await this.load()).records.filter((record) => !record.unread).slice(0, AT_ONCE);
        if (!records.length) break;
        if (!(await this.send(records))) break;
      }
      this.onState("sent");
    } catch (failure) {
      this.onState(failure instanceof Problem ? "refused" : "unreachable", failure);
    }
  }

  async send(records) {
    const body = {
      sent_at: new Date(this.clock()).toISOString(),
      waiting: Math.max(this.records.length - records.length, 0),
      [this.named]: records.map(({ who: _who, label: _label, unread: _unread, said: _said, ...told }) => told),
    };
    const outcomes = (await this.device.post(this.url, body))[this.named];
    await this.settle(outcomes);
    return outcomes.some((one) => DONE.has(one.outcome) || HELD.has(one.outcome));
  }

  async settle(outcomes) {
    const known = (await this.shelf.kept("outcomes")) ?? [];
    const done = outcomes.filter((one) => DONE.has(one.outcome));
    const held = new Map(outcomes.filter((one) => HELD.has(one.outcome)).map((one) => [one.id, one.said ?? ""]));
    await this.shelf.together(["waiting", "kept"], async ({ waiting, kept }) => {
      done.forEach((one) => waiting.delete(one.id));
      for (const record of await settled(waiting.getAll())) {
        if (held.has(record.id)) waiting.put({ ...record, unread: true, said: held.get(record.id) });
      }
      kept.put({ name: "outcomes", value: [...done, ...known].slice(0, REMEMBERED) });
    });
    await this.load();
  }

  watch(page = window) {
    page.addEventListener("online", () => this.upload());
    setInterval(() => this.upload(), EVERY);
    return this.upload();
  }
}
