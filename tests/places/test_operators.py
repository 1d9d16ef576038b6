"""Who runs canteens: contracts and ceilings by their days, accounts sealed, each within reach."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from canteen import places
from canteen.audit import AuditRow
from canteen.foundation.db import EVERYWHERE, Scope
from canteen.foundation.errors import CanteenError, Conflict, Denied, Invalid, NotFound, Refused
from canteen.places.tables import Contract, Operator, PriceCeiling

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
FUTIAN = "440304000000"
BY = {"actor": "staff:1", "at": AT}


@pytest.fixture
def company(session):
    return places.add_operator(
        session, name="福田餐饮", kind="company", region_code=FUTIAN, bank_name="样例银行",
        bank_account="6200 0000 0000 1234", **BY,
    )  # fmt: skip


def a_canteen(session, operator, name="莲花食堂", **more):
    asked = {"kind": "canteen", "region_code": "440304008000", "opened_on": date(2026, 1, 1)} | more
    return places.open_canteen(
        session, name=name, operator_id=operator.id, address="1 号", phone="12349", **asked, **BY
    )


def agreed(session, operator, first, until, number="福民购〔2026〕1号"):
    return places.agree_contract(
        session, operator_id=operator.id, number=number, valid_from=first, valid_until=until, evidence="扫描件", **BY
    )


def ceiling(session, operator, price, first):
    return places.set_ceiling(
        session, operator_id=operator.id, price_fen=price, valid_from=first, evidence="合同", **BY
    )


def test_the_account_is_sealed_and_a_look_at_it_is_kept(session, company):
    kept = session.scalar(select(Operator.bank_account_sealed))
    assert "6200" not in kept
    assert company.bank_account_tail == "1234"
    assert places.open_bank_account(session, operator_id=company.id, **BY) == "6200000000001234"
    acts = session.execute(select(AuditRow.action, AuditRow.detail).order_by(AuditRow.id)).all()
    assert [act.action for act in acts] == ["operator_added", "bank_account_opened"]
    assert not any("62000" in act.detail for act in acts)


@pytest.mark.parametrize("account", ["1234", "62ab567890", "六二〇〇〇〇〇〇〇〇"])
def test_what_is_no_account_is_refused(session, account):
    with pytest.raises(Invalid) as refusal:
        places.add_operator(session, name="甲", kind="company", bank_account=account, **BY)
    assert refusal.value.code == "places.bank_account_malformed"


def test_an_empty_account_leaves_the_one_that_is_kept(session, company):
    places.change_operator(
        session, operator_id=company.id, name="福田餐饮", kind="nonprofit", bank_name="样例银行", bank_account="", **BY
    )
    assert places.open_bank_account(session, operator_id=company.id, **BY).endswith("1234")


def test_a_contract_holds_on_its_days(session, company):
    agreed(session, company, date(2026, 1, 1), date(2027, 1, 1))
    found = [
        places.contract_on(session, operator_id=company.id, day=day) for day in (date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert [one and one.number for one in found] == ["福民购〔2026〕1号", None]


def test_two_contracts_do_not_hold_on_the_same_day(session, company):
    agreed(session, company, date(2026, 1, 1), date(2027, 1, 1))
    agreed(session, company, date(2027, 1, 1), None, "福民购〔2027〕1号")
    with pytest.raises(Refused) as refusal:
        agreed(session, company, date(2026, 12, 31), date(2027, 1, 1), "3号")
    assert refusal.value.code == "places.contract_overlaps"


def test_a_contract_that_ends_early_leaves_the_row_that_said_otherwise(session, company):
    first = agreed(session, company, date(2026, 1, 1), None)
    ended = {"contract_id": first.id, "valid_until": date(2026, 7, 1), "evidence": "解除函", **BY}
    places.end_contract(session, **ended)
    assert [one.valid_until for one in places.contracts_of(session, operator_id=company.id)] == [date(2026, 7, 1)]
    assert len(session.scalars(select(Contract)).all()) == 2
    with pytest.raises(Conflict):
        places.end_contract(session, **ended)


def test_the_ceiling_is_that_of_the_day(session, company):
    opened = a_canteen(session, company)
    for price, first in ((2500, date(2026, 1, 1)), (2000, date(2026, 6, 1)), (None, date(2026, 9, 1))):
        ceiling(session, company, price, first)
    days = (date(2025, 12, 31), date(2026, 5, 31), date(2026, 6, 1), date(2026, 9, 1))
    assert [places.price_ceiling(session, canteen_id=opened.id, on=day) for day in days] == [None, 2500, 2000, None]


def test_of_two_ceilings_of_one_day_the_later_entered_counts(session, company):
    opened = a_canteen(session, company)
    for price in (2500, 2200):
        ceiling(session, company, price, date(2026, 1, 1))
    assert places.price_ceiling(session, canteen_id=opened.id, on=date(2026, 3, 1)) == 2200


@pytest.mark.parametrize("table", [Contract, PriceCeiling])
def test_neither_contract_nor_ceiling_can_be_overwritten(database, table):
    with database.transaction(EVERYWHERE) as session:
        operator = places.add_operator(session, name="甲", kind="company", **BY)
        agreed(session, operator, date(2026, 1, 1), None)
        ceiling(session, operator, 2500, date(2026, 1, 1))
    with pytest.raises(DBAPIError, match=r"append_only|permission denied"), database.acting() as connection:
        connection.execute(table.__table__.update().values(valid_from=date(2025, 1, 1)))


def test_an_office_sees_the_operators_it_keeps_and_those_of_its_canteens(database):
    with database.transaction(EVERYWHERE) as session:
        mine = places.add_operator(session, name="甲", kind="company", region_code=FUTIAN, **BY)
        theirs = places.add_operator(session, name="乙", kind="company", region_code="440118000000", **BY)
        guest = places.add_operator(session, name="丙", kind="company", region_code="440118000000", **BY)
        canteen_id = a_canteen(session, guest).id
        refs = mine.ref, theirs.ref, guest.ref
    with database.reading(Scope(canteen_ids=frozenset({canteen_id}), region_prefixes=("440304",))) as session:
        assert {one.ref for one in places.operators(session)} == {refs[0], refs[2]}
        with pytest.raises(NotFound):
            places.operator(session, ref=refs[1])


def test_a_canteen_is_opened_within_reach_only(database):
    with database.transaction(EVERYWHERE) as session:
        operator = places.add_operator(session, name="甲", kind="company", region_code=FUTIAN, **BY)
    with pytest.raises(Denied), database.transaction(Scope(region_prefixes=("440304",))) as session:
        a_canteen(session, operator, region_code="440118104000")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"kind": "meal_point"}, "places.kitchen_needed"),
        ({"kind": "meal_point", "supplied_by_id": 10_000}, "places.no_such_kitchen"),
        ({"kind": "restaurant"}, "places.canteen_kind"),
        ({"default_tender": "gold"}, "places.unknown_tender"),
        ({"region_code": "440304999999"}, "places.region_unknown"),
    ],
)
def test_what_does_not_fit_is_refused(session, company, asked, code):
    with pytest.raises(CanteenError) as refusal:
        a_canteen(session, company, **asked)
    assert refusal.value.code == code


def test_a_meal_point_names_its_kitchen_which_closes_after_it(session, company):
    kitchen = a_canteen(session, company, name="中央厨房", kind="central_kitchen")
    point = a_canteen(session, company, name="彩田助餐点", kind="meal_point", supplied_by_id=kitchen.id)
    day = date(2026, 4, 1)
    with pytest.raises(Refused) as refusal:
        places.close_canteen(session, canteen_id=kitchen.id, on=day, reason="合同到期", **BY)
    assert refusal.value.code == "places.still_supplies"
    for closing in (point, kitchen):
        places.close_canteen(session, canteen_id=closing.id, on=day, reason="合同到期", **BY)
    assert (kitchen.closed_on, kitchen.closed_reason) == (day, "合同到期")
    with pytest.raises(Refused):
        places.close_canteen(session, canteen_id=kitchen.id, on=day, **BY)


def test_a_change_keeps_what_it_was_before(session, company):
    opened = a_canteen(session, company)
    kept = {"name": "莲花食堂", "operator_id": company.id, "default_tender": "cash", "supplied_by_id": None}
    places.change_canteen(session, canteen_id=opened.id, address="2 号", phone="12349", aliases=[], **kept, **BY)
    detail = session.scalar(select(AuditRow.detail).where(AuditRow.action == "canteen_changed"))
    assert detail == '{"after":{"address":"2 号"},"before":{"address":"1 号"}}'
