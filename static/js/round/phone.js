// Keep what happens on this telephone until the office has it: under a token that belongs to whoever is logged in.
import { Device } from "../offline/device.js";
import { register } from "../offline/ready.js";
import { Shelf } from "../offline/shelf.js";
import { Waiting } from "../offline/waiting.js";
import { post } from "../scan/api.js";

export class Phone {
  static async open(told, csrf, { onChange, onState }) {
    if (!("indexedDB" in window)) return null;
    if (navigator.serviceWorker) register(told.workerUrl, told.scope).catch(() => null);
    const shelf = await Shelf.open("round");
    const waitingOf = (device) => new Waiting({ shelf, device, url: told.uploadUrl, named: "doors", onChange, onState });
    const known = await shelf.kept("device");
    if (known && known.staff !== told.staff) await waitingOf(new Device(shelf, known)).upload();
    const device = known?.staff === told.staff
      ? new Device(shelf, known)
      : await Device.enrol(shelf, await post(told.enrolUrl, {}, { csrf }));
    const phone = new Phone({ shelf, day: told.day, waiting: await waitingOf(device).load() });
    phone.acts = ((await shelf.kept("acts")) ?? []).filter((act) => act.day === told.day || phone.isWaiting(act.id));
    return phone;
  }

  constructor(parts) {
    Object.assign(this, parts);
    this.acts = [];
  }

  start() {
    navigator.storage?.persist?.();
    forgetAtLogOut();
    return this.waiting.watch();
  }

  isWaiting(id) {
    return this.waiting.records.some((record) => record.id === id);
  }

  isNew(id) {
    return !this.acts.some((act) => act.id === id);
  }

  // On the disk before anything is shown.
  async keep(record, label) {
    await this.waiting.add({ ...record, label });
    const { id, event, order, trip, happened_at: at } = record;
    this.acts = [...this.acts, { id, event, order, trip, at, day: this.day }];
    await this.shelf.keep("acts", this.acts);
  }

  // What is not sent yet may be taken back; answers the record, or null where the office has it.
  async takeBack(id) {
    const record = await this.waiting.drop(id);
    if (record) {
      this.acts = this.acts.filter((act) => act.id !== id);
      await this.shelf.keep("acts", this.acts);
    }
    return record;
  }
}

// The addresses of the day are nobody's business after that; what waits to be sent stays.
function forgetAtLogOut() {
  for (const form of document.querySelectorAll("form.side-person")) {
    form.addEventListener("submit", async () => {
      const names = (await window.caches?.keys()) ?? [];
      for (const name of names.filter((one) => one.startsWith("round-"))) caches.delete(name);
    });
  }
}
