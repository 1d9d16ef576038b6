// Show at each door what was told there, also what the office does not know yet.

const FINAL = new Set(["handed", "left_with_helper"]);
const WORDS = {
  departed: "出发了", handed: "送到本人", left_with_helper: "交给别人", no_answer: "没人应门", problem: "地址有问题",
  box_back: "收回空盒",
};

export class Doors {
  constructor(page, { onTakeBack, onMend, onLeave }) {
    Object.assign(this, { page, onTakeBack, onMend, onLeave });
    this.known = new Set((page.dataset.known ?? "").split(" "));
  }

  paint(acts, records) {
    for (const line of this.page.querySelectorAll("[data-told]")) line.remove();
    for (const door of this.page.querySelectorAll("[data-order]")) this.door(door, acts, records);
    for (const form of this.page.querySelectorAll("[data-departs]")) this.trip(form, acts, records);
  }

  door(door, acts, records) {
    const own = acts.filter((act) => act.order === door.dataset.order && !this.known.has(act.id));
    const isDone = own.some((act) => FINAL.has(act.event) && !isHeld(act, records));
    for (const part of door.querySelectorAll("[data-open]")) part.hidden = isDone;
    door.classList.toggle("is-done", isDone || "isDone" in door.dataset);
    door.querySelector(".door").after(...own.map((act) => this.line(act, records)));
  }

  trip(form, acts, records) {
    const own = acts.filter((act) => !act.order && act.event === form.elements.event.value
      && act.trip === form.elements.trip.value && !this.known.has(act.id));
    form.hidden = own.length > 0 && form.elements.event.value === "departed";
    form.after(...own.map((act) => this.line(act, records)));
  }

  line(act, records) {
    const record = records.find((one) => one.id === act.id);
    const line = document.createElement("p");
    line.dataset.told = "";
    line.className = "stop-told";
    const tone = record?.unread ? "warn" : record ? "info" : "ok";
    const after = record?.unread ? record.said || "没记上" : record ? "等着报" : "报上去了";
    line.append(pill(`${time(act.at)} ${WORDS[act.event] ?? act.event} · ${after}`, tone));
    if (record?.unread && act.order) line.append(button("改一改", () => this.onMend(act.id)));
    if (record?.unread) line.append(button("交给食堂处理", () => this.onLeave(act.id)));
    else if (record) line.append(button("记错了", () => this.onTakeBack(act.id)));
    return line;
  }

  // Open the form in which something was told, with what was written and the time at which it happened.
  reopen(record) {
    const door = [...this.page.querySelectorAll("[data-order]")].find((one) => one.dataset.order === record.order);
    const form = [...(door?.querySelectorAll("form[data-queue]") ?? [])]
      .find((one) => one.elements.event.value === record.event);
    if (!form) return;
    for (const name of ["code", "name", "helper_kind", "helper", "tender", "boxes", "note", "happened_at"]) {
      if (form.elements[name] && record[name]) form.elements[name].value = record[name];
    }
    form.closest("details").open = true;
    form.querySelector("input:not([type=hidden])")?.focus();
  }
}

function isHeld(act, records) {
  return records.some((record) => record.id === act.id && record.unread);
}

function pill(text, tone) {
  const made = document.createElement("span");
  made.className = "pill";
  made.dataset.tone = tone;
  made.textContent = text;
  return made;
}

function button(text, onClick) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button", textContent: text });
  made.addEventListener("click", onClick);
  return made;
}

function time(at) {
  return new Date(at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
}
