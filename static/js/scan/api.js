// Speak to the counter's address as the person who is logged in.
import { readJson, reach } from "../offline/line.js";

const TIMEOUT = 8000;

export async function post(url, body, { csrf, fetcher = fetch, timeout = TIMEOUT }) {
  const sent = {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  };
  return readJson(await reach(url, sent, timeout, fetcher));
}
