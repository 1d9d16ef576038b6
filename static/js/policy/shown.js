// Show what the server says of a text: mistakes that lead to their line, prices, what the form leaves alone.
const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const find = (name) => document.querySelector(`[data-${name}]`);

export function showProblems({ problems, examples }, goTo) {
  find("problems-title").textContent = problems.length ? `还有 ${problems.length} 处要改` : "没有错";
  find("problems-panel").dataset.tone = problems.length ? "bad" : "ok";
  find("examples").textContent = examples.count ? `例子 ${examples.count} 个，不对 ${examples.failed} 个` : "还没有写例子";
  find("problems").replaceChildren(...problems.map((one) => {
    const item = make("li");
    const way = make("button", `第 ${one.line} 行`, { type: "button", class: "button button-small" });
    way.addEventListener("click", () => goTo(one.line));
    item.append(way, ` ${one.says}`, make("p", `改法：${one.mend}`));
    return item;
  }));
}

export function showUnknown(unknown) {
  find("unknown-count").textContent = unknown.length;
  find("unknown").replaceChildren(...unknown.map((one) => make("li", one)));
}

export function showPrices(prices) {
  const table = find("prices");
  table.classList.toggle("stale", !prices);
  if (!prices) return;
  find("price-caption").textContent = prices.caption;
  const head = make("tr");
  head.append(make("th", "类别", { scope: "col" }), ...prices.ages.map((age) => make("th", `${age} 岁`, { scope: "col", class: "n" })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...prices.rows.map((row) => {
    const line = make("tr");
    line.append(make("th", row.label, { scope: "row" }), ...row.cells.map((cell) => {
      const box = make("td", "", { class: "n" });
      box.append(make("b", cell.own), make("small", `补 ${cell.given}`));
      return box;
    }));
    return line;
  }));
}
