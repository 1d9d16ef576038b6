// Ask over a line that may fail. Two kinds of failure: no answer (try again), and an answer that says no.

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

const PASSING = new Set([408, 425, 429, 502, 503, 504]);

export async function reach(url, request, timeout, fetcher = fetch) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  try {
    return await fetcher(url, { ...request, signal: stop.signal });
  } catch (failure) {
    throw new Unreachable(String(failure));
  } finally {
    clearTimeout(timer);
  }
}

// A log-in page or a proxy's error comes as HTML; a broken line leaves half a body, which counts as no answer.
export async function readJson(response) {
  if (PASSING.has(response.status)) throw new Unreachable(String(response.status));
  const answer = await bodyOf(response);
  if (!response.ok) throw new Problem({ status: response.status, ...answer });
  return answer;
}

async function bodyOf(response) {
  if (response.redirected) throw new Problem({ status: 401, detail: "登录过时了，请重新进入" });
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  if (!isJson) return response.ok ? Promise.reject(new Unreachable("not JSON")) : {};
  try { return await response.json(); } catch (failure) { throw new Unreachable(String(failure)); }
}
