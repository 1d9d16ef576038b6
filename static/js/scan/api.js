// Speak to the counter's address as the person who is logged in.
import { readJson, reach } from "../offline/line.js";

const TIMEOUT = 8000;

export function post(url, body, { csrf, fetcher = fetch, timeout = TIMEOUT }) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) }, { fetcher, timeout });
}

export function get(url, { fetcher = fetch, timeout = TIMEOUT } = {}) {
  return ask(url, { headers: { Accept: "application/json" } }, { fetcher, timeout });
}

async function ask(url, request, { fetcher, timeout }) {
  return readJson(await reach(url, { ...request, credentials: "same-origin" }, timeout, fetcher));
}
