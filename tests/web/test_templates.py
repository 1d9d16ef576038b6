"""Every page renders from its documented context and keeps the rules of the house."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.web.rendering import STATIC, TEMPLATES, render
from tests.web.sample_accounting import FROZEN, STATEMENT
from tests.web.samples import CODE, SAMPLES

PAGES = [(name, number) for name, contexts in SAMPLES.items() for number in range(len(contexts))]
ADDRESSES = {"href", "src", "action", "formaction", "srcset", "data-refresh", "data-pulse"}
# What somebody taps to leave for a map on the telephone; the page itself asks it for nothing.
LEADS_OUT = "https://uri.amap.com/marker?"
NOT_FOR_SENIORS = ("核销", "提交", "登录", "会话", "参数", "异常", "token", "error")


class Page(HTMLParser):
    """Collect the elements of a page with their attributes, and the text people read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.inside in {"script", "style"}:
            assert not data.strip(), f"inline {self.inside}"

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(params=PAGES, ids=lambda page: f"{page[0]}-{page[1]}")
def page(request: pytest.FixtureRequest) -> Page:
    name, number = request.param
    return Page(render(name, SAMPLES[name][number]))


def test_every_page_has_a_sample() -> None:
    pages = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if path.parent.name not in {"layout", "parts"}
    }
    assert pages == set(SAMPLES)


def test_every_template_says_what_it_needs() -> None:
    silent = [p.name for p in TEMPLATES.rglob("*.html") if not p.read_text("utf-8").startswith("{#-")]
    assert silent == []


def test_page_has_no_style_or_handler_of_its_own(page: Page) -> None:
    assert page.all("style") == []
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag


def test_page_asks_nobody_else_for_anything(page: Page) -> None:
    for tag, attributes in page.elements:
        for name in ADDRESSES & attributes.keys():
            if tag == "a" and (attributes[name] or "").startswith(LEADS_OUT):
                continue
            assert not re.match(r"(?:[a-z]+:)?//|javascript:", attributes[name] or ""), attributes


def test_every_picture_has_words(page: Page) -> None:
    assert all("alt" in image for image in page.all("img"))
    assert all(frame.get("title") for frame in page.all("iframe"))


def test_every_input_has_a_label(page: Page) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        if field.get("type") != "hidden":
            assert field.get("aria-label") or field.get("id") in labelled, field


def test_ids_are_unique_and_references_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set((attributes.get(name) or "").split()) <= set(ids)


def test_every_acting_form_carries_the_token(page: Page) -> None:
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    tokens = [field for field in page.all("input") if field.get("name") == "csrf_token"]
    assert len(posts) == len(tokens)


def test_page_has_one_heading_over_one_main_part(page: Page) -> None:
    if page.all("body")[0].get("class") != "sheet-body":
        assert (len(page.all("h1")), len(page.all("main"))) == (1, 1)


def test_no_style_sheet_or_script_leaves_the_house() -> None:
    for path in [*STATIC.glob("css/*.css"), *STATIC.glob("js/**/*.js")]:
        assert not re.search(r"https?://|@import", path.read_text("utf-8")), path.name


@pytest.mark.parametrize("word", NOT_FOR_SENIORS)
def test_senior_page_uses_no_office_word(word: str) -> None:
    assert word not in "".join(Page(render("senior/code.html", CODE)).words)


def test_statement_shows_money_to_the_fen() -> None:
    text = render("accounting/statement.html", STATEMENT)
    assert "19,553.00 ＋ 19,553.00 ＋ 1,824.00 ＝ <b>40,930.00</b>" in text


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-1, "-0.01"), (123456789, "1,234,567.89"), (-250, "-2.50")]
)
def test_money_keeps_every_fen(fen: int, text: str) -> None:
    meal: dict[str, Any] = {**SAMPLES["accounting/meal.html"][0], "parts": [{"label": "差额", "fen": fen}]}
    assert f"<b>{text}</b>" in render("accounting/meal.html", meal)


def test_frozen_statement_cannot_be_frozen_again() -> None:
    text = render("accounting/statement.html", FROZEN)
    assert 'action="/freeze"' not in text
    assert FROZEN["frozen"]["hash"] in text


def test_what_people_typed_is_escaped() -> None:
    text = render("senior/code.html", {**CODE, "dishes": "<script>alert(1)</script>"})
    assert "<script>alert" not in text


def test_every_tone_of_a_pill_has_a_colour() -> None:
    coloured = set(re.findall(r'\.pill\[data-tone="(\w+)"\]', (STATIC / "css" / "desk.css").read_text("utf-8")))
    toned = {
        pill["data-tone"]
        for name, contexts in SAMPLES.items()
        for context in contexts
        for pill in Page(render(name, context)).all("span")
        if pill.get("class") == "pill" and pill.get("data-tone")
    }

    assert "bad" in toned
    assert not toned - coloured
