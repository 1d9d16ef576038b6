// Show what waits for an answer: nothing is ever lost in silence.

export class NetworkState {
  constructor(page) {
    this.net = page.querySelector("[data-net]");
    this.word = page.querySelector("[data-net-word]");
    this.list = page.querySelector("[data-pending]");
    this.count = page.querySelector("[data-waiting]");
  }

  show(acts) {
    const slow = acts.some((act) => act.tries > 0);
    this.net.dataset.state = slow ? "slow" : "good";
    this.word.textContent = slow ? (navigator.onLine ? "网络慢，正在再试" : "断网，正在再试") : "在线";
    this.count.textContent = String(acts.length);
    this.list.replaceChildren(...acts.map(line));
  }
}

function line(act) {
  const made = document.createElement("li");
  made.textContent = act.tries ? `${act.label}：没有回音，第 ${act.tries} 次再试` : `${act.label}：正在问`;
  return made;
}
