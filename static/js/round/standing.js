// Show how the telephone stands with the office, and how much waits: nothing is ever lost in silence.

export class Standing {
  constructor(place) {
    this.place = place;
    this.word = place.querySelector("[data-standing-word]");
    this.count = place.querySelector("[data-waiting]");
    this.records = [];
    this.state = "sent";
    this.isResting = false;
    this.isKept = false;
    addEventListener("online", () => this.draw());
    addEventListener("offline", () => this.draw());
  }

  get isAway() {
    return this.state === "unreachable";
  }

  open(isOpen) {
    this.place.hidden = !isOpen;
    this.draw();
  }

  keeps(isKept) {
    this.isKept = isKept;
    this.draw();
  }

  show(records) {
    this.records = records;
    this.draw();
  }

  uploads(state) {
    this.state = state;
    this.draw();
  }

  resting(isResting) {
    this.isResting = isResting;
    this.draw();
  }

  draw() {
    const [state, word] = this.told();
    this.place.dataset.state = state;
    this.word.textContent = word;
    this.count.textContent = String(this.records.filter((record) => !record.unread).length);
  }

  told() {
    if (this.state === "refused") return ["slow", "这部手机报不上去，打给食堂"];
    if (this.records.some((record) => record.unread)) return ["slow", "有一家要再看看，见下面"];
    if (navigator.onLine === false || this.isAway || this.isResting) return ["away", "没信号，照常送，有信号自动报"];
    if (this.records.length) return ["good", "正在报"];
    return ["good", this.isKept ? "都报上去了，没信号也能用" : "都报上去了"];
  }
}
