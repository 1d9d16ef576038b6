// The dialog for who is on no register: the dishes of the meal at their full price; one tap serves.
import { Unreachable } from "../offline/line.js";

export class GuestsDialog {
  constructor(dialog, { dishes, onDish }) {
    this.dialog = dialog;
    this.alert = dialog.querySelector("[data-people-alert]");
    this.list = dialog.querySelector("[data-people-list]");
    Object.assign(this, { dishes, onDish });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }

  get isOpen() {
    return this.dialog.open;
  }

  async open() {
    this.list.replaceChildren();
    this.alert.textContent = "正在看菜单";
    this.dialog.showModal();
    const { found, said } = await this.ask();
    this.alert.textContent = said;
    this.list.replaceChildren(...found.map((dish) => this.entry(dish)));
  }

  // By a command code: one of the first dish, without a look.
  async first() {
    const { found: [dish], said } = await this.ask();
    return dish ? this.onDish(dish) : Promise.reject(new Error(said));
  }

  async ask() {
    try {
      const { dishes } = await this.dishes();
      return { found: dishes, said: dishes.length ? "不在册的按全价，点一下就打饭" : "这一餐没有菜单。饭照打，先记在备餐单上" };
    } catch (failure) {
      return { found: [], said: failure instanceof Unreachable ? "网不通。饭照打，先记在备餐单上" : failure.message };
    }
  }

  entry(dish) {
    const [item, button, name, price] = ["li", "button", "b", "span"].map((tag) => document.createElement(tag));
    button.type = "button";
    name.textContent = dish.name;
    price.textContent = `${dish.price} 元`;
    button.append(name, price);
    button.addEventListener("click", () => { this.dialog.close(); this.onDish(dish); });
    item.append(button);
    return item;
  }
}
