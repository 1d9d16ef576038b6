"""Grants come from the facts of the canteen, are proposed once, and go into the books apart from meals."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from canteen import ledger, places, settlement, subsidy
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import JournalEntry, Posting
from canteen.settlement import Grant
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.months import World

YEAR_OVER = local(date(2027, 1, 5), 10)
GRANTS = """    site_money:
      - {id: annual, name: 年度运营补助, per: year, who: {kind: canteen}, opening: by_month, closing: by_month,
         gets: {flat: "60000.00", times_rating: {from: 1, to: 1.25}}, paid_in: same_year, paid_by: government}
      - {id: heads, name: 按人数补助, per: month, who: anybody, opening: full, closing: full, paid_in: same_year,
         gets: {by_headcount: [{from: 3, pays: "1000.00"}, {from: 60, pays: "2000.00"}], ceiling: "1500.00"},
         paid_by: government}
      - {id: award, name: 星级奖补, per: year, who: anybody, opening: full, closing: full, paid_in: following_year,
         gets: {by_grade: {三星: "3000.00"}},
         paid_by: [{payer: area, pays: rest, if: {area: [示范区]}, else: skipped}, {payer: government, pays: rest}]}
      - {id: worker, name: 帮厨补助, per: day, who: {headcount: 4}, gets: {flat: "80.00"}, paid_in: same_year,
         paid_by: government}
      - {id: kitchen, name: 设备补助, per: once, who: anybody, gets: {percent_of_cost: 50, ceiling: "20000.00"},
         paid_in: same_year, paid_by: government}
"""
TEXT = late.a_text(
    ("chosen_by: {hukou: {city: 深圳}}", "chosen_by: {hukou: {city: 深圳}, canteen: {city: 深圳}}"),
    ("payers: {government: 财政资金}", "payers: {government: 财政资金, area: 示范区福彩公益金}"),
    ("    delivery:\n", GRANTS + "    delivery:\n"),
)

ONE_AWARD = TEXT.replace("paid_in: following_year", "awards_at_most: 1, paid_in: following_year")


@pytest.fixture
def world(database: Database) -> World:
    made = months.a_world(database, days=2)
    with database.transaction(EVERYWHERE) as session:
        subsidy.publish(session, text=TEXT, actor="staff:test", at=make.BEFORE)
    for person in made.people:
        months.eat(database, made, person)
    for person in made.people[:3]:
        months.eat(database, made, person, day=made.days[1])
    return made


def state(database: Database, world: World, kind: str, value: str, **more: date) -> None:
    since = more.get("since", date(2026, 1, 1))
    with database.transaction(EVERYWHERE) as session:
        settlement.state_site_fact(
            session, canteen_id=world.town.canteen_id, kind=kind, value=value, valid_from=since, valid_until=None,
            evidence="考核表", actor="staff:li", at=late.LATER,
        )  # fmt: skip


def rate(database: Database, world: World, kind: str, value: str) -> None:
    """State a rating in the place of any that stood."""
    with database.transaction(EVERYWHERE) as session:
        for old in places.ratings(session, canteen_ids=[world.town.canteen_id]):
            if old.kind == kind:
                places.end_rating(
                    session, rating_id=old.id, valid_until=None, document="考核表", actor="staff:li", at=late.LATER
                )
        places.rate(
            session, canteen_id=world.town.canteen_id, kind=kind, value=value, valid_from=date(2026, 1, 1),
            valid_until=None, document="考核表", actor="staff:li", at=late.LATER,
        )  # fmt: skip


def due(database: Database, year: int = 2026, scope: Scope = EVERYWHERE) -> dict[str, Grant]:
    with database.reading(scope) as session:
        found = settlement.grants(session, year=year, on=date(2027, 1, 5))
        return {f"{one.grant}/{one.first_day:%m}": one for one in found}


def propose(database: Database) -> int:
    with database.transaction(EVERYWHERE) as session:
        return settlement.propose_grants(session, year=2026, on=date(2027, 1, 5), at=YEAR_OVER)


def accept_all(database: Database) -> list[settlement.ProposalView]:
    with database.transaction(EVERYWHERE) as session:
        found = [one for group in settlement.groups(session) for one in group.proposals]
        settlement.accept(session, refs=[one.ref for one in found], act=settlement.Act("staff:li", YEAR_OVER))
    return found


def booked(database: Database) -> dict[str, int]:
    with database.reading(EVERYWHERE) as session:
        rows = session.execute(
            select(Posting.funder_code, Posting.amount_fen)
            .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
            .where(Posting.account == ledger.SITE_RECEIVABLE, JournalEntry.kind == "grant")
        )
        sums: dict[str, int] = {}
        for funder, fen in rows:
            sums[funder] = sums.get(funder, 0) + fen
        return sums


def test_every_shape_of_grant_comes_from_the_facts_of_the_canteen(database, world):
    rate(database, world, "percent", "120")
    rate(database, world, "grade", "三星")
    found = due(database)
    assert {key: one.fen for key, one in found.items()} == {
        "annual/01": 7_200_000,
        "heads/03": 100_000,
        "award/01": 300_000,
        "worker/03": 8_000,
    }
    assert found["award/01"].paid_in_year == 2027
    assert dict(found["worker/03"].trace[0].facts)["headcount"] == "4"


def test_a_canteen_that_opened_in_the_year_gets_its_part_and_its_cost(database, world):
    with database.transaction(EVERYWHERE) as session:
        make.places.canteen_by_id(session, canteen_id=world.town.canteen_id).opened_on = date(2026, 3, 1)
    state(database, world, "cost", "50000.00")
    found = due(database)
    assert found["annual/01"].fen == 6_000_000 * 10 // 12
    assert found["kitchen/01"].fen == 2_000_000


def test_the_payer_goes_by_the_place_of_the_site(database, world):
    rate(database, world, "grade", "三星")
    assert dict(due(database)["award/01"].split) == {"440300:government": 300_000}
    state(database, world, "area", "示范区")
    assert dict(due(database)["award/01"].split) == {"440300:area": 300_000}


def test_grants_are_proposed_once_and_booked_when_accepted(database, world):
    assert propose(database) == 3
    assert propose(database) == 0
    assert booked(database) == {}
    accept_all(database)
    assert booked(database) == {"440300:government": 6_000_000 + 100_000 + 8_000}
    assert propose(database) == 0
    assert due(database)["annual/01"].missing == []
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []


def test_a_rating_known_late_is_proposed_as_the_difference(database, world):
    propose(database)
    accept_all(database)
    rate(database, world, "percent", "125")
    assert propose(database) == 1
    [more] = accept_all(database)
    assert (more.difference_fen, booked(database)["440300:government"]) == (1_500_000, 7_608_000)
    rate(database, world, "percent", "100")
    propose(database)
    assert accept_all(database)[0].difference_fen == -1_500_000
    assert propose(database) == 0


def test_an_amount_that_changed_before_the_decision_supersedes_the_older_proposal(database, world):
    propose(database)
    rate(database, world, "percent", "125")
    assert propose(database) == 1
    with database.reading(EVERYWHERE) as session:
        open_now = [one.difference_fen for group in settlement.groups(session) for one in group.proposals]
    assert sorted(open_now) == [8_000, 100_000, 7_500_000]


def test_another_funder_is_booked_although_the_sum_stays(database, world):
    rate(database, world, "grade", "三星")
    propose(database)
    accept_all(database)
    state(database, world, "area", "示范区")
    assert propose(database) == 1
    assert accept_all(database)[0].difference_fen == 0
    assert booked(database)["440300:area"] == 300_000


def test_of_limited_awards_those_accepted_first_count_and_one_more_is_refused(database, world):
    with database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        subsidy.publish(session, text=ONE_AWARD, actor="staff:test", at=make.BEFORE)
        for canteen_id in (world.town.canteen_id, other):
            places.rate(
                session, canteen_id=canteen_id, kind="grade", value="三星", valid_from=date(2026, 1, 1),
                valid_until=None, document="评审名单", actor="staff:li", at=late.LATER,
            )  # fmt: skip
    propose(database)
    with database.reading(EVERYWHERE) as session:
        open_now = [one for group in settlement.groups(session) for one in group.proposals]
    first, second = [one.ref for one in open_now if "/award/" in one.subject]
    with database.transaction(EVERYWHERE) as session:
        settlement.accept(session, refs=[second], act=settlement.Act("staff:li", YEAR_OVER))
    with pytest.raises(CanteenError) as refused, database.transaction(EVERYWHERE) as session:
        settlement.accept(session, refs=[first], act=settlement.Act("staff:li", YEAR_OVER))
    assert refused.value.code == "settlement.grant_stale"
    with database.reading(EVERYWHERE) as session:
        awarded = [one for one in settlement.grants(session, year=2026, on=date(2027, 1, 5)) if one.grant == "award"]
    assert [(one.fen, one.missing) for one in awarded] == [(300_000, [])]


def test_a_grant_never_comes_into_the_statement_of_meals(database, world):
    propose(database)
    accept_all(database)
    with database.reading(EVERYWHERE) as session:
        for month in ("2026-03", "2026-12"):
            view = settlement.draft(session, canteen_id=world.town.canteen_id, month=month, at=YEAR_OVER)
            assert [check.code for check in view.checks if not check.passed] == []
            assert all(line.kind == "meal" for line in view.lines)


def test_money_for_meals_is_listed_as_booked(database, world):
    with database.reading(EVERYWHERE) as session:
        [one] = settlement.meal_money(session, year=2026)
    assert (one.month, one.funder_code, one.meals, one.fen) == ("2026-03", "440300:government", 5, 1000)


def test_an_unfinished_period_is_not_due_yet(database, world):
    with database.reading(EVERYWHERE) as session:
        found = settlement.grants(session, year=2026, on=date(2026, 3, 31))
    assert found == []


@pytest.mark.parametrize(("kind", "value"), [("cost", "x"), ("live_on", "2026-02-30"), ("cost", ""), ("mood", "好")])
def test_a_fact_that_is_none_of_its_kind_is_refused(database, world, kind, value):
    with pytest.raises(CanteenError) as refusal:
        state(database, world, kind, value)
    assert refusal.value.code == "settlement.site_fact_malformed"


def test_a_colleague_elsewhere_sees_no_grant(database, world):
    assert due(database, scope=Scope(canteen_ids=frozenset({999}))) == {}
