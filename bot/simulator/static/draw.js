// Drawing: messages and log lines become elements; nothing here asks or sends.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

export function drawBubble(message, tools) {
  if (message.side === "notice") {
    return element("li", { class: `told ${message.kind}` }, message.content.text);
  }
  if (message.kind === "event") return element("li", { class: "told" }, message.content.text);
  const mine = message.side === "user";
  const face = element("span", { class: `face ${mine ? "" : "face-canteen"}`, "aria-hidden": "true" }, mine ? tools.face : "食");
  const speaker = element("span", { class: "hidden" }, mine ? "我说：" : "食堂说：");
  const said = (DRAWERS[message.kind] ?? drawText)(message, tools);
  said.prepend(speaker);
  return element("li", { class: `line ${message.side}` }, face, said);
}

function bubble(extra, ...children) {
  return element("div", { class: `said ${extra}` }, ...children);
}

function drawText(message, tools) {
  if (!message.segments) return bubble("", message.content.text ?? "");
  return bubble("", ...message.segments.map((segment) => drawSegment(segment, tools)));
}

function drawSegment(segment, tools) {
  if (segment.choice) return choiceButton(segment.text, segment.choice, segment.id, tools);
  if (!segment.url) return segment.text;
  const url = segment.url;
  if (url.startsWith("tel:")) return element("a", { href: url }, segment.text);
  return element("a", { href: tools.open(url), target: "_blank", rel: "noopener" }, segment.text);
}

function choiceButton(label, content, id, tools) {
  const button = element("button", { type: "button", class: "choice" }, label);
  button.addEventListener("click", () => tools.choose(content, id));
  return button;
}

function drawImage(message) {
  const address = `/simulator/media/${encodeURIComponent(message.content.media_id)}`;
  const picture = element("img", { src: address, alt: "图片" });
  const link = element("a", { href: address, target: "_blank", rel: "noopener" }, picture);
  return bubble("picture", link);
}

function drawVoice(message) {
  const heard = message.content.text || "（没听清）";
  return bubble("voice-note", `${message.content.seconds}″ ${heard}`);
}

function drawPlace(message) {
  return bubble("", `⌖ ${message.content.text || "位置"}`);
}

function drawMenu(message, tools) {
  const choices = message.content.choices.map((one) => choiceButton(one.text, one.text, one.id, tools));
  return bubble("card", message.content.head, element("div", { class: "choices" }, ...choices), message.content.tail);
}

function drawNews(message, tools) {
  const cards = message.content.articles.flatMap((article) => {
    const parts = [element("b", {}, article.title), element("span", {}, article.description)];
    if (article.picture) parts.unshift(element("img", { src: article.picture, alt: "" }));
    if (!article.url) return parts;
    return [element("a", { href: tools.open(article.url), target: "_blank", rel: "noopener" }, ...parts)];
  });
  return bubble("card", ...cards);
}

function drawNotice(message, tools) {
  const tag = message.kind === "template" ? "模板消息 template message" : "订阅通知 subscribed notice";
  const lines = message.content.lines.map((line) =>
    element("div", {}, element("dt", {}, line.name), element("dd", {}, line.value)));
  const parts = [element("span", { class: "tag" }, tag), element("dl", { class: "notice-lines" }, ...lines)];
  if (message.content.url.startsWith("http")) {
    parts.push(element("a", { href: tools.open(message.content.url), target: "_blank", rel: "noopener" }, "查看详情"));
  }
  return bubble("card", ...parts);
}

const DRAWERS = {
  text: drawText, image: drawImage, voice: drawVoice, location: drawPlace,
  msgmenu: drawMenu, news: drawNews, template: drawNotice, subscribe: drawNotice,
};

export function drawLog(deliveries, refused, open) {
  const calls = refused.toReversed().map(drawRefused);
  return [...deliveries.map((delivery) => drawDelivery(delivery, open)), ...calls];
}

const BAD = /失败|不一致|没有被拒绝/;

function drawDelivery(delivery, open) {
  const meta = delivery.attempts.map((one) => `#${one.number} ${one.status || "—"} ${one.ms} ms ${one.outcome}`).join(" · ");
  const verdict = element("span", { class: `verdict ${BAD.test(delivery.verdict) ? "bad" : ""}` }, delivery.verdict);
  const summary = element("summary", {}, element("span", { class: "title" }, delivery.title), verdict,
    element("span", { class: "meta" }, delivery.trick ? `${delivery.trick} · ${meta}` : meta));
  const details = element("details", { "data-seq": String(delivery.seq) }, summary, ...delivery.attempts.flatMap(drawAttempt));
  details.open = open.has(String(delivery.seq));
  return element("li", {}, details);
}

function drawAttempt(attempt) {
  const query = Object.entries(attempt.query).map(([name, value]) => `${name}=${value}`).join("\n");
  const answer = [attempt.note, attempt.reply].filter(Boolean).join("\n");
  const sent = element("pre", { tabindex: "0" }, `→ #${attempt.number} POST /wechat\n${query}\n\n${spread(attempt.request)}`);
  const heard = element("pre", { tabindex: "0" }, `← ${attempt.status || "no answer"} · ${attempt.ms} ms · ${attempt.outcome}\n${spread(answer)}`);
  return [sent, heard];
}

const spread = (xml) => xml.replaceAll("><", ">\n<").replaceAll(">\n<![CDATA[", "><![CDATA[").replaceAll("]]>\n</", "]]></");

function drawRefused(sent) {
  const verdict = element("span", { class: "verdict bad" }, `errcode ${sent.errcode}`);
  const summary = element("summary", {}, element("span", { class: "title" }, `接口 API：${sent.kind}`), verdict);
  const text = element("pre", { tabindex: "0" }, JSON.stringify(sent.body, null, 2));
  return element("li", {}, element("details", {}, summary, text));
}
