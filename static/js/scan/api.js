// Speak to the counter's address. Two kinds of failure: no answer (try again), and an answer that says no.

export class Unreachable extends Error {}

export class Problem extends Error {
  constructor({ title, status, code, detail }) {
    super(detail || title || "没记上");
    this.status = status;
    this.code = code ?? "";
  }

  // The person must log in again; what was to be said is still to be said.
  get needsLogin() {
    return this.status === 401;
  }
}

const TIMEOUT = 8000;
const PASSING = new Set([408, 425, 429, 502, 503, 504]);

export function post(url, body, { csrf, fetcher = fetch, timeout = TIMEOUT }) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) }, { fetcher, timeout });
}

export function get(url, { fetcher = fetch, timeout = TIMEOUT } = {}) {
  return ask(url, { headers: { Accept: "application/json" } }, { fetcher, timeout });
}

async function ask(url, request, { fetcher, timeout }) {
  const response = await reach(url, request, { fetcher, timeout });
  if (PASSING.has(response.status)) throw new Unreachable(String(response.status));
  const answer = await readJson(response);
  if (!response.ok) throw new Problem({ status: response.status, ...answer });
  return answer;
}

async function reach(url, request, { fetcher, timeout }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  try {
    return await fetcher(url, { ...request, credentials: "same-origin", signal: stop.signal });
  } catch (failure) {
    throw new Unreachable(String(failure));
  } finally {
    clearTimeout(timer);
  }
}

// A log-in page or a proxy's error comes as HTML; a broken line leaves half a body, which counts as no answer.
async function readJson(response) {
  if (response.redirected) throw new Problem({ status: 401, detail: "登录过时了，请重新进入" });
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  if (!isJson) return response.ok ? Promise.reject(new Unreachable("not JSON")) : {};
  try { return await response.json(); } catch (failure) { throw new Unreachable(String(failure)); }
}
