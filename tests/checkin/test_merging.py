"""Two records that are one person: together they get no more than one person gets, and nothing booked is touched."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from canteen import checkin, ledger, seniors
from canteen.checkin.tables import Card, Redemption
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Refused
from canteen.orders.tables import Order
from canteen.seniors.tables import FamilyLink, Person
from canteen.subsidy.tables import Claim, ClaimRelease
from tests import builders as make

BY = {"actor": "staff:1", "at": make.NOON}
TIANJIN = "120101001000"


def eat(
    database: Database, town: make.Town, person_id: int, *, day: date = make.MONDAY, intent: str = "serve"
) -> checkin.Answer:
    with database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, person_id, day=day)
    return checkin.redeem(database, make.KEYS, make.a_scan(town, number, now=make.at(day, 11, 30), intent=intent))


def merge(database: Database, gone: int, stands: int) -> checkin.Merged:
    with database.transaction(EVERYWHERE) as session:
        return checkin.merge_persons(session, person_id=gone, into_id=stands, **BY)


def subsidy_of(database: Database, answer: checkin.Answer) -> int:
    with database.reading(EVERYWHERE) as session:
        return session.scalars(select(Redemption.subsidy_fen).where(Redemption.ref == answer.redemption_ref)).one()


@pytest.fixture
def pair(database: Database, town: make.Town) -> tuple[int, int]:
    """Register one person twice: under two numbers, as a typing error makes it."""
    with database.transaction(EVERYWHERE) as session:
        return make.a_senior(session, allergies=["花生"]), make.a_senior(session, allergies=["虾"])


def test_the_meal_that_the_merged_record_had_is_the_meal_of_the_person(database, town, pair):
    gone, stands = pair
    assert subsidy_of(database, eat(database, town, gone)) > 0
    merged = merge(database, gone, stands)
    assert (merged.claims > 0, merged.conflicts) == (True, ())
    again = eat(database, town, stands, intent="again")
    assert again.verdict in {"ok", "warn"}
    assert again.redemption_ref is None or subsidy_of(database, again) == 0


def test_the_code_of_the_merged_record_leads_to_the_person(database, town, pair):
    gone, stands = pair
    with database.transaction(EVERYWHERE) as session:
        digits = make.a_code(session, gone).digits
        card = checkin.issue_card(session, make.KEYS, person_id=gone, actor="staff:1", at=make.BEFORE)
    merge(database, gone, stands)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, digits))
    assert answer.verdict == "ok"
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Redemption.person_id)).one() == stands
        assert session.scalars(select(Card.person_id)).one() == stands
    assert checkin.redeem(database, make.KEYS, make.a_scan(town, card.digits)).reason == "already_served"


def test_both_ate_the_same_meal_is_found_and_listed_and_changes_nothing(database, town, pair):
    gone, stands = pair
    first, second = eat(database, town, gone), eat(database, town, stands)
    with database.reading(EVERYWHERE) as session:
        before = [tuple(row) for row in session.execute(select(Redemption.__table__).order_by(Redemption.id))]
        claims = session.scalar(select(func.count(Claim.id)))
    merged = merge(database, gone, stands)
    (conflict,) = [one for one in merged.conflicts if one.counter == "meal"]
    assert [meal.ref for meal in conflict.meals] == [first.redemption_ref, second.redemption_ref]
    assert [meal.ref for meal in conflict.surplus] == [second.redemption_ref]
    assert conflict.surplus_fen == subsidy_of(database, second) > 0
    with database.reading(EVERYWHERE) as session:
        assert [tuple(row) for row in session.execute(select(Redemption.__table__).order_by(Redemption.id))] == before
        assert session.scalar(select(func.count(Claim.id))) == claims + merged.claims
        assert ledger.verify(session.connection())[0] == []


def test_a_correction_of_the_surplus_meal_ends_the_conflict(database, town, pair):
    gone, stands = pair
    first, second = eat(database, town, gone), eat(database, town, stands)
    merge(database, gone, stands)
    for answer in (second, first):
        checkin.undo(
            database, scan_id=f"undo-{answer.redemption_ref}", redemption_ref=str(answer.redemption_ref), device="",
            actor="staff:2", at=make.NOON + timedelta(days=1), reason="合并档案", by_manager=True,
        )  # fmt: skip
        with database.reading(EVERYWHERE) as session:
            assert checkin.merge_conflicts(session, person_id=stands) == ()
    with database.reading(EVERYWHERE) as session:
        released = session.scalars(select(ClaimRelease.reason)).all()
        assert sorted(set(released)) == ["merged", "undone"]
        assert len(released) == session.scalar(select(func.count(Claim.id)))


def test_a_chance_given_back_is_taken_again_by_the_person(database, town, pair):
    gone, stands = pair
    answer = eat(database, town, gone)
    merge(database, gone, stands)
    checkin.undo(
        database, scan_id="undo-1-after", redemption_ref=str(answer.redemption_ref), device="device-1", actor="staff:2",
        at=make.at(make.MONDAY, 11, 35),
    )  # fmt: skip
    assert subsidy_of(database, eat(database, town, stands, intent="eat_now")) > 0


def test_a_weekly_limit_counts_both_records(database, town):
    """Tianjin gives five meals a week: three of one record and two of the other leave none."""
    with database.transaction(EVERYWHERE) as session:
        make.a_policy(session, "tianjin")
        canteen_id = make.a_canteen(session, region_code=TIANJIN)
        pair = [make.a_senior(session, birth=date(1940, 5, day), region_code=TIANJIN) for day in (1, 2)]
        for offset in range(6):
            make.a_menu(session, canteen_id, day=make.MONDAY + timedelta(days=offset))
    place = make.Town(canteen_id, 0, 0)
    gone, stands = pair
    days = [make.MONDAY + timedelta(days=offset) for offset in range(6)]
    eaters = (gone, gone, gone, stands, stands)
    assert all(
        subsidy_of(database, eat(database, place, who, day=day)) > 0 for who, day in zip(eaters, days, strict=False)
    )
    merged = merge(database, gone, stands)
    assert merged.conflicts == ()
    assert subsidy_of(database, eat(database, place, stands, day=days[5])) == 0


def test_together_past_a_weekly_limit_is_listed_with_the_meals_beyond_it(database, town):
    with database.transaction(EVERYWHERE) as session:
        make.a_policy(session, "tianjin")
        canteen_id = make.a_canteen(session, region_code=TIANJIN)
        gone, stands = (make.a_senior(session, birth=date(1940, 5, day), region_code=TIANJIN) for day in (1, 2))
        for offset in range(7):
            make.a_menu(session, canteen_id, day=make.MONDAY + timedelta(days=offset))
    place = make.Town(canteen_id, 0, 0)
    answers = [
        eat(database, place, who, day=make.MONDAY + timedelta(days=offset))
        for offset, who in enumerate((gone, gone, gone, gone, stands, stands, stands))
    ]
    (conflict,) = [one for one in merge(database, gone, stands).conflicts if one.counter != "meal"]
    assert (conflict.limit, len(conflict.meals)) == (5, 7)
    assert [meal.ref for meal in conflict.surplus] == [answers[5].redemption_ref, answers[6].redemption_ref]


def test_open_orders_follow_but_for_one_that_clashes(database, town, pair):
    gone, stands = pair
    tomorrow = make.MONDAY + timedelta(days=1)
    with database.transaction(EVERYWHERE) as session:
        item = make.a_menu(session, town.canteen_id, day=tomorrow)[0]
        followed = make.an_order(session, town, gone, day=tomorrow, item=item).ref
        clashing = make.an_order(session, town, gone).ref
        make.an_order(session, town, stands)
    merged = merge(database, gone, stands)
    assert merged.orders_left == (clashing,)
    with database.reading(EVERYWHERE) as session:
        owners = dict(session.execute(select(Order.ref, Order.person_id)).all())
        assert (owners[followed], owners[clashing]) == (stands, gone)
        assert list(checkin.orders_left_behind(session, person_id=stands)) == [clashing]


def test_links_contacts_and_warnings_go_over(database, town, pair):
    gone, stands = pair
    with database.transaction(EVERYWHERE) as session:
        for account, person_id, relation in (
            ("wechat:1", gone, "自己"),
            ("wechat:1", stands, "妈妈"),
            ("wechat:2", gone, "妈妈"),
        ):
            seniors.link(
                session, person_id=person_id, account=account, proof="desk", relation=relation,
                is_self=relation == "自己", **BY,
            )  # fmt: skip
        seniors.add_contact(
            session, person_id=gone, kind="kin", name="李雷", phone="13900000001", relation="儿子", **BY
        )
    merge(database, gone, stands)
    with database.reading(EVERYWHERE) as session:
        live = session.scalars(
            select(FamilyLink).where(FamilyLink.ended_at.is_(None)).order_by(FamilyLink.account)
        ).all()
        assert [(one.account, one.person_id, one.is_self) for one in live] == [
            ("wechat:1", stands, True), ("wechat:2", stands, False),
        ]  # fmt: skip
        assert [one.person_id for one in seniors.people_of_account(session, account="wechat:2")] == [stands]
        assert len(seniors.contacts_of(session, person_id=stands)) == 1
        assert set(session.get_one(Person, stands).allergies) == {"花生", "虾"}


def test_a_record_merged_earlier_leads_to_the_last_one(database, town, pair):
    gone, stands = pair
    with database.transaction(EVERYWHERE) as session:
        third = make.a_senior(session, birth=date(1950, 1, 1))
        digits = make.a_code(session, gone).digits
    merge(database, gone, stands)
    merge(database, stands, third)
    assert checkin.redeem(database, make.KEYS, make.a_scan(town, digits)).verdict == "ok"
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Redemption.person_id)).one() == third
        assert set(seniors.records_of(session, person_id=third)) == {gone, stands, third}


def test_a_record_is_merged_once_and_never_with_itself(database, town, pair):
    gone, stands = pair
    for one, other, code in (
        (gone, gone, "seniors.merge_with_self"),
        (gone, stands, ""),
        (gone, stands, "seniors.already_merged"),
    ):
        if not code:
            merge(database, one, other)
            continue
        with pytest.raises(Refused) as refusal:
            merge(database, one, other)
        assert refusal.value.code == code


@pytest.mark.parametrize("turn", range(4))
def test_a_merge_and_a_scan_at_the_same_moment_give_one_subsidised_meal_or_a_listed_conflict(
    database, town, pair, turn
):
    """One record has eaten; while they are merged the other one is scanned."""
    gone, stands = pair if turn % 2 else pair[::-1]
    eat(database, town, gone)
    with database.transaction(EVERYWHERE) as session:
        digits = make.a_code(session, stands).digits
    answers: list[checkin.Answer] = []
    begin = threading.Barrier(2)

    def scanning() -> None:
        begin.wait()
        answers.append(checkin.redeem(database, make.KEYS, make.a_scan(town, digits)))

    def merging() -> None:
        begin.wait()
        merge(database, gone, stands)

    threads = [threading.Thread(target=scanning), threading.Thread(target=merging)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (answer,) = answers
    with database.reading(EVERYWHERE) as session:
        conflicts = checkin.merge_conflicts(session, person_id=stands)
        paid = session.scalars(select(Redemption.subsidy_fen).where(Redemption.subsidy_fen > 0)).all()
        assert len(paid) == 1 + bool(conflicts)
        assert ledger.verify(session.connection())[0] == []
    assert bool(conflicts) == (answer.redemption_ref is not None)
