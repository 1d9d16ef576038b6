// Show how the counter stands with the network, and what waits: nothing is ever lost in silence.
import { isWechat } from "./wechat.js";

export class NetworkState {
  constructor(page) {
    this.net = page.querySelector("[data-net]");
    this.word = page.querySelector("[data-net-word]");
    this.list = page.querySelector("[data-pending]");
    this.count = page.querySelector("[data-waiting]");
    this.hint = page.querySelector("[data-hint]");
    this.acts = [];
    this.records = [];
    this.isOwn = false;
    this.isKept = false;
    this.isResting = false;
    this.isRefused = false;
    addEventListener("online", () => this.draw());
    addEventListener("offline", () => this.draw());
  }

  show(acts, records) {
    Object.assign(this, { acts, records });
    this.draw();
  }

  resting(isResting) {
    this.isResting = isResting;
    this.draw();
  }

  uploads(state) {
    this.isRefused = state === "refused";
    this.draw();
  }

  // Only an enrolled device answers without network; inside WeChat the page says how to get there.
  enrolled(isOwn) {
    this.isOwn = isOwn;
    if (this.hint) this.hint.hidden = isOwn || !isWechat;
    this.draw();
  }

  // Whether the page would open without network: said, since nobody can see it.
  kept(isKept) {
    this.isKept = isKept;
    this.draw();
  }

  draw() {
    const [state, word] = this.state();
    this.net.dataset.state = state;
    this.word.textContent = word;
    this.count.textContent = String(this.acts.length + this.records.length);
    this.list.replaceChildren(...this.acts.map(line));
  }

  state() {
    if (this.isRefused) return ["slow", "本机停用，找负责人"];
    if (this.records.some((record) => record.unread)) return ["slow", "有没读懂的，找负责人"];
    if (this.isOwn && navigator.onLine === false) return ["away", "断网，照常收餐"];
    if (this.isOwn && this.isResting) return ["away", "网慢，本机先答"];
    if (this.acts.some((act) => act.tries > 0)) return ["slow", navigator.onLine ? "网络慢，正在再试" : "断网，正在再试"];
    if (!this.isOwn) return ["good", "在线"];
    return this.isKept ? ["good", "在线，断网也能收"] : ["good", "在线，断网还不行"];
  }
}

function line(act) {
  const made = document.createElement("li");
  made.textContent = act.tries ? `${act.label}：没有回音，第 ${act.tries} 次再试` : `${act.label}：正在问`;
  return made;
}
