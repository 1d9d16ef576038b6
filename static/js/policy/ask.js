// Speak to the addresses of the editor as JSON; an answer that says no carries its status.
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail || "没有办成，请稍等再试。");
    this.status = status;
  }
}

export async function ask(url, body, csrf) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer.detail);
  return answer;
}

// Run an act once things have been quiet for a while.
export function later(act, quiet) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), quiet);
  };
}
