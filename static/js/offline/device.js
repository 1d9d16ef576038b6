// Speak as an enrolled device: under a token of its own, so that no log-in has to last through a meal.
import { readJson, reach } from "./line.js";

export class Device {
  static async known(shelf) {
    const kept = await shelf.kept("device");
    return kept && new Device(shelf, kept);
  }

  static async enrol(shelf, credential) {
    await shelf.keep("device", credential);
    return new Device(shelf, credential);
  }

  constructor(shelf, { ref, name, token }) {
    Object.assign(this, { shelf, ref, name, token });
  }

  get headers() {
    return { Authorization: `Device ${this.token}`, Accept: "application/json" };
  }

  async get(url, { timeout = 15_000 } = {}) {
    return readJson(await reach(url, { headers: this.headers, credentials: "omit", cache: "no-store" }, timeout));
  }

  async post(url, body, { timeout = 30_000 } = {}) {
    const headers = { ...this.headers, "Content-Type": "application/json" };
    const sent = { method: "POST", headers, credentials: "omit", body: JSON.stringify(body) };
    return readJson(await reach(url, sent, timeout));
  }
}
