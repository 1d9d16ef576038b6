// Draw the form that the server read off the text; what is changed in it is sent back as one edit.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const idOf = (path) => `f-${path.replaceAll("/", "-").replaceAll("@", "")}`;
const shapeOf = (groups) => JSON.stringify(groups.map((group) => [group.path, group.fields.map((field) => [field.path, field.kind, field.label])]));

function control(field) {
  const id = idOf(field.path);
  if (field.kind === "choice") {
    return make("select", { id, "data-path": field.path }, ...field.options.map(([value, label]) => make("option", { value }, label)));
  }
  const kind = field.kind === "day" ? { type: "date" } : field.kind === "yuan" ? { inputmode: "decimal" } : field.kind === "whole" ? { inputmode: "numeric" } : {};
  return make("input", { id, "data-path": field.path, autocomplete: "off", ...kind });
}

function several(field) {
  const boxes = field.options.map(([value, label]) => {
    const id = `${idOf(field.path)}-${value}`;
    return make("span", { class: "tick" }, make("input", { type: "checkbox", id, value, "data-several": field.path }), make("label", { for: id }, label));
  });
  return make("fieldset", { class: "field" }, make("legend", {}, field.label), ...boxes);
}

function row(field) {
  if (field.kind === "several") return several(field);
  const hint = field.hint ? [make("span", { class: "field-hint", id: `${idOf(field.path)}-hint` }, field.hint)] : [];
  const input = control(field);
  if (field.hint) input.setAttribute("aria-describedby", `${idOf(field.path)}-hint`);
  return make("div", { class: "field" }, make("label", { for: input.id }, field.label), input, ...hint);
}

function buttons(group) {
  const made = [];
  const button = (act, label) => made.push(make("button", { type: "button", class: "button button-small", "data-act": act, "data-path": group.path }, label));
  if (group.kind === "layer") button("add_class", "加一类对象");
  if (group.kind === "class") button("remove_class", "删去这一类");
  return made;
}

export class PolicyForm {
  constructor(place, onEdit) {
    this.place = place;
    this.shape = "";
    place.addEventListener("change", (event) => this.changed(event.target, onEdit));
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) onEdit({ act: button.dataset.act, path: button.dataset.path });
    });
    // Enter in a field of the form writes it into the text; it does not send the page away.
    place.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        this.changed(event.target, onEdit);
      }
    });
  }

  changed(target, onEdit) {
    if (target.dataset.several) {
      const path = target.dataset.several;
      const chosen = [...this.place.querySelectorAll("[data-several]")].filter((box) => box.dataset.several === path && box.checked);
      onEdit({ path, value: chosen.map((box) => box.value).join(" ") });
    } else if (target.dataset.path) {
      onEdit({ path: target.dataset.path, value: target.value });
    }
  }

  show(groups) {
    const shape = shapeOf(groups);
    if (shape !== this.shape) this.draw(groups, shape);
    for (const field of groups.flatMap((group) => group.fields)) this.fill(field);
  }

  draw(groups, shape) {
    const held = document.activeElement?.id;
    const opened = new Set([...this.place.querySelectorAll("details[open]")].map((one) => one.dataset.group));
    const first = this.shape === "";
    this.place.replaceChildren(...groups.map((group) => {
      const open = first ? group.kind !== "answers" : opened.has(group.path) || group.kind === "class";
      return make("details", { class: "form-group", "data-group": group.path, ...(open ? { open: "" } : {}) },
        make("summary", {}, group.title), make("div", { class: "form-grid" }, ...group.fields.map(row)), ...buttons(group));
    }));
    this.shape = shape;
    if (held) document.getElementById(held)?.focus();
  }

  fill(field) {
    if (field.kind === "several") {
      const chosen = new Set(field.value.split(" "));
      for (const [value] of field.options) document.getElementById(`${idOf(field.path)}-${value}`).checked = chosen.has(value);
      return;
    }
    const input = document.getElementById(idOf(field.path));
    if (input !== document.activeElement || input.tagName === "SELECT") input.value = field.value;
  }
}
