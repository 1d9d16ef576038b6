"""Who has no token gets nothing; who has one sees the own people only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canteen import seniors
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.api.conftest import PROBLEM, Family, Phone, code_of

OPERATIONS = [
    ("GET", "/people"),
    ("POST", "/people/{person}/meal-code"),
    ("GET", "/canteens"),
    ("GET", "/canteens/{canteen}/menus"),
    ("POST", "/quotes"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/D-7SRFQ2P7RQ"),
    ("DELETE", "/orders/D-7SRFQ2P7RQ"),
]


@pytest.mark.parametrize("token", ["", "unknown", "Ünknown", "x" * 4000])
def test_without_a_good_token_nothing_answers(client, token):
    for method, pattern in OPERATIONS:
        path = pattern.format(person="P-3DHFHF6MWC", canteen="C-SDJPJYGRRG")
        answer = Phone(client, token).call(method, path, json={})
        assert (answer.status_code, answer.json["code"]) == (401, "access.not_logged_in"), path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_list_of_operations_above_is_whole(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    described = [(name, path) for path, item in paths.items() for name in item if name != "parameters"]

    assert len(described) == len(OPERATIONS) + 1, "and the log-in, which is public"


def test_a_token_that_is_over_opens_nothing(daughter: Phone, show_time):
    show_time(make.BEFORE + timedelta(days=30, seconds=10))

    assert daughter.get("/people").status_code == 401


def test_a_code_works_once(log_in, client, wechat):
    code = code_of(wechat, "senior")
    first, second = (Phone(client).post("/session", {"code": code}) for _ in range(2))

    assert first.status_code == 201
    assert (second.status_code, second.json["code"]) == (403, "wechat.bad_code")


def test_a_canteen_without_wechat_says_so(app, client):
    app.extensions.pop("canteen.accounts")
    answer = Phone(client).post("/session", {"code": "0a1B2c"})

    assert (answer.status_code, answer.json["code"]) == (503, "api.no_log_in")


@pytest.mark.parametrize("path", ["/people", "/orders"])
def test_an_outsider_sees_an_empty_list(outsider: Phone, daughter: Phone, family: Family, path):
    daughter.order(family.meal())

    assert next(iter(outsider.get(path).json.values())) == []


def test_another_persons_reference_is_as_if_it_were_not_there(outsider: Phone, family: Family):
    code = {"date": "2026-03-02", "meal": "lunch"}
    answers = [
        outsider.post("/quotes", family.meal()),
        outsider.order(family.meal()),
        outsider.get("/orders", person=family.mother),
        outsider.post(f"/people/{family.mother}/meal-code", code),
    ]
    missing = [
        outsider.post("/quotes", family.meal(person="P-3DHFHF6MWC")),
        outsider.order(family.meal(person="P-3DHFHF6MWC")),
        outsider.get("/orders", person="P-3DHFHF6MWC"),
        outsider.post("/people/P-3DHFHF6MWC/meal-code", code),
    ]

    assert {(answer.status_code, answer.json["code"]) for answer in answers + missing} == {(404, "seniors.unknown")}


def test_another_familys_order_is_as_if_it_were_not_there(outsider: Phone, daughter: Phone, family: Family):
    ref = daughter.order(family.meal()).json["ref"]
    answers = [outsider.get(f"/orders/{ref}"), outsider.cancel(ref), outsider.cancel("D-7SRFQ2P7RQ")]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(404, "orders.not_found")}
    assert daughter.get(f"/orders/{ref}").json["state"] == "placed"


def test_who_was_unbound_acts_no_more(daughter: Phone, family: Family, app, database: Database):
    ref = daughter.order(family.meal()).json["ref"]
    account = app.extensions["canteen.accounts"].account_of(daughter.token)
    with database.transaction(EVERYWHERE) as session:
        seniors.unbind(session, account=account, person_id=family.mother_id, actor=account, at=make.BEFORE)

    assert daughter.cancel(ref).status_code == 404
    assert daughter.order(family.meal()).status_code == 404, "not even by the key of the order that she made"


def test_who_may_only_look_neither_orders_nor_cancels(daughter: Phone, family: Family, app, database: Database):
    ref = daughter.order(family.meal()).json["ref"]
    account = app.extensions["canteen.accounts"].account_of(daughter.token)
    with database.transaction(EVERYWHERE) as session:
        (kin,) = [one for one in seniors.kin_of(session, person_id=family.mother_id, but="") if one.account == account]
        seniors.limit(
            session, link_id=kin.link_id, person_id=family.mother_id, may_order=False, actor=account, at=make.BEFORE
        )
    answers = [daughter.cancel(ref), daughter.order(family.meal(meal="dinner"), key="key-00000002")]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(403, "seniors.only_sees")}
    assert daughter.get(f"/orders/{ref}").json["state"] == "placed"


def test_no_answer_holds_a_whole_name_or_a_key(daughter: Phone, family: Family):
    order = daughter.order(family.meal())
    answers = [order, daughter.get("/people"), daughter.get("/orders"), daughter.get("/canteens")]
    answers.append(daughter.get(f"/canteens/{family.canteen}/menus"))

    assert not [answer.text for answer in answers if "张秀英" in answer.text or '_id"' in answer.text]


def test_a_page_cookie_opens_nothing(client):
    client.set_cookie("staff", "anything")

    assert Phone(client).get("/people").status_code == 401


def test_an_unknown_address_is_a_problem_too(client):
    for path in ["", "/", "/nothing", "/orders/1", "/orders/D-AAAAAAAAAA", "/people/%00", "/orders/%F0"]:
        answer = client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.content_type, answer.json["code"]) == (404, PROBLEM, "http.not_found"), path


def test_a_wrong_method_is_a_problem_too(daughter: Phone):
    answer = daughter.call("PUT", "/people")

    assert (answer.status_code, answer.json["code"]) == (405, "http.method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_another_origin_is_not_invited(client):
    answer = client.options(
        "/api/v1/orders", headers={"Origin": "https://evil.invalid", "Access-Control-Request-Method": "POST"}
    )

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_too_many_log_ins_from_one_address_are_slowed(client, wechat):
    answers = [Phone(client).post("/session", {}) for _ in range(61)]

    assert (answers[-1].status_code, answers[-1].json["code"]) == (429, "http.too_many")
    assert int(answers[-1].headers["Retry-After"]) > 0
