"""Whatever is sent, the answer is a problem that says what is wrong; never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Family, Phone

NOT_JSON = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 15_000,
    b'{"code": ' + b"9" * 5000 + b"}",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
]
ODD: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, float("nan"), "", " ", "\x00", "\ud800", "喂" * 1000, [], {}, [[]], {"$ne": 1},
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-02T00:00:00Z", "P-AAAAAAAAAA", "D-7SRFQ2P7RQ", "' OR 1=1 --",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_no_object_is_refused(client, kind):
    for body in NOT_JSON:
        answer = Phone(client).call("POST", "/session", data=body, content_type=kind)
        assert answer.status_code in {400, 422}, body[:20]


def test_a_huge_body_is_refused_unread(daughter: Phone):
    answer = daughter.call("POST", "/quotes", data=b" " * 16_385, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (413, "http.too_large")


@pytest.mark.parametrize("field", ["person", "canteen", "date", "meal", "mode", "items"])
def test_a_field_that_is_missing_or_odd_is_named(daughter: Phone, family: Family, field: str):
    without = {name: value for name, value in family.meal().items() if name != field}
    for body in [without, *(family.meal(**{field: odd}) for odd in ODD)]:
        for answer in (daughter.post("/quotes", body), daughter.order(body)):
            assert (answer.status_code, answer.json["code"]) == (422, "http.malformed"), body
            assert field in answer.json["errors"]["json"]


def test_an_odd_item_is_refused(daughter: Phone, family: Family):
    for odd in [odd for odd in [*ODD, 21] if odd is not True]:
        for items in ([{"item": odd}], [odd], [{"item": family.item, "quantity": odd}], [{"item": odd, "price": 1}]):
            assert daughter.post("/quotes", family.meal(items=items)).status_code == 422, items


def test_a_member_that_nobody_asked_for_is_refused(daughter: Phone, family: Family):
    answer = daughter.order(family.meal(late_reason="我是员工"))

    assert answer.json["errors"] == {"json": {"late_reason": ["Unknown field."]}}


def test_an_item_of_no_menu_is_not_found(daughter: Phone, family: Family):
    answer = daughter.post("/quotes", family.meal(items=[{"item": "M-22222226F4"}]))

    assert (answer.status_code, answer.json["code"], answer.json["params"]) == (404, "orders.no_such_dish", {})


def test_an_order_without_a_good_key_is_refused(daughter: Phone, family: Family):
    for key in [None, "", "short", "x" * 65, "with blank", "ключ-ключ", "a;b;c;d;e;f"]:
        headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")}
        answer = daughter.call("POST", "/orders", json=family.meal(), headers=headers)
        assert (answer.status_code, list(answer.json["errors"]["headers"])) == (422, ["Idempotency-Key"]), key


ODD_QUERIES = [
    ("/canteens", {"near": "22.5"}),
    ("/canteens", {"near": "91,0"}),
    ("/canteens", {"near": "0,181"}),
    ("/canteens", {"near": "nan,inf"}),
    ("/canteens", {"near": "1e5,2"}),
    ("/canteens", {"region": "%"}),
    ("/canteens", {"region": "４４"}),
    ("/canteens", {"limit": "0"}),
    ("/canteens", {"limit": "9" * 5000}),
    ("/canteens/{canteen}/menus", {"date": "tomorrow"}),
    ("/canteens/{canteen}/menus", {"date": "9999-12-31"}),
    ("/canteens/{canteen}/menus", {"meal": "tea"}),
    ("/orders", {"from": "0001-01-01"}),
    ("/orders", {"from": "2025-11-01"}),
    ("/orders", {"person": "\x00"}),
]


def test_an_odd_query_is_refused(daughter: Phone, family: Family):
    for path, query in ODD_QUERIES:
        assert daughter.get(path.format(canteen=family.canteen), **query).status_code == 422, query


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"date": "2026-03-03"}, "orders.no_menu"),
        ({"date": "2026-03-01"}, "orders.day_passed"),
        ({"meal": "dinner"}, "orders.not_served_that_day"),
        ({"canteen": "C-SDJPJYGRRG"}, "places.canteen_unknown"),
    ],
)
def test_a_rule_that_forbids_is_named_by_its_code(daughter: Phone, family: Family, asked: dict[str, str], code: str):
    answers = [daughter.post("/quotes", family.meal(**asked)), daughter.order(family.meal(**asked))]

    assert [answer.json["code"] for answer in answers] == [code, code]


def test_too_many_portions_are_refused(daughter: Phone, family: Family):
    items = [{"item": family.item, "quantity": 20}, {"item": family.other_item}]

    assert daughter.post("/quotes", family.meal(items=items)).json["code"] == "orders.empty"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"date": "2026-05-02"}, "api.too_far"),
        ({"date": "2026-03-01"}, "api.meal_over"),
        ({"date": "2099-12-31"}, "api.too_far"),
        ({"meal": "tea"}, "http.malformed"),
    ],
)
def test_an_odd_meal_has_no_code(daughter: Phone, family: Family, asked: dict[str, str], code: str):
    answer = daughter.post(f"/people/{family.mother}/meal-code", {"date": "2026-03-02", "meal": "lunch", **asked})

    assert answer.json["code"] == code


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(["person", "canteen", "date", "meal", "mode", "items"]), _values))
def test_no_body_breaks_the_quote(daughter: Phone, family: Family, changed: dict[str, Any]):
    body = json.dumps(family.meal(**changed))
    answer = daughter.call("POST", "/quotes", data=body, content_type="application/json")

    assert answer.status_code in ({422, 429} if changed else {200, 429})
