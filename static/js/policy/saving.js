// Keep the draft by itself, without ever writing over a colleague: a save names the revision that it was written on.
import { Refusal, ask } from "./ask.js";

const QUIET = 2500;
const AGAIN = 8000;

export class Saving {
  constructor(form, source, csrf) {
    this.form = form;
    this.source = source;
    this.csrf = csrf;
    this.saved = this.content();
    this.stopped = source.readOnly;
    this.busy = false;
    this.timer = 0;
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.leaving) event.preventDefault(); });
    form.addEventListener("submit", () => { this.leaving = true; });
  }

  content() {
    return JSON.stringify([this.source.value, this.form.elements.document_number.value]);
  }

  get dirty() {
    return this.content() !== this.saved;
  }

  touch(quiet = QUIET) {
    if (this.stopped) return;
    if (this.dirty) this.tell("还没有存", "wait");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), quiet);
  }

  async save() {
    if (!this.dirty || this.stopped) return;
    if (this.busy) return this.touch();
    this.busy = true;
    const content = this.content();
    const [text, document_number] = JSON.parse(content);
    try {
      const answer = await ask(this.form.action, { text, document_number, revision: this.form.elements.revision.value }, this.csrf);
      this.form.elements.revision.value = answer.revision;
      this.saved = content;
      this.tell(answer.told, "ok");
    } catch (failure) {
      this.failed(failure);
    } finally {
      this.busy = false;
    }
    if (this.dirty) this.touch();
  }

  failed(failure) {
    const status = failure instanceof Refusal ? failure.status : 0;
    if (status === 409) {
      this.stopped = true;
      this.tell("同事刚刚也改了。按“存草稿”对照两份。", "bad");
    } else if (status === 401) {
      this.tell("登录已结束。请在另一页登录，再回来存。", "bad");
      this.touch(AGAIN);
    } else {
      this.tell(status ? failure.message : "连不上，稍后自动再存", "bad");
      this.touch(AGAIN);
    }
  }

  tell(text, tone) {
    const place = document.querySelector("[data-saving]");
    place.textContent = text;
    place.dataset.tone = tone;
  }
}
