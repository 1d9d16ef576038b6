"""What becomes known late is proposed to a person, posted once, and makes the books what they should have been."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from canteen import checkin, ledger, seniors, settlement
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import Book, JournalEntry
from canteen.settlement.tables import AdjustmentDecision, AdjustmentProposal
from canteen.subsidy import Quote
from canteen.subsidy.tables import Claim, ClaimRelease
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.late import LATER, REACHES_BACK, accept, due_of, proposed
from tests.settlement.months import World

GOVERNMENT = "440300:government"
MEAL, OPERATOR = (ledger.BUDGET_RECEIVABLE, GOVERNMENT), (ledger.OPERATOR_RECEIVABLE, GOVERNMENT)
UNDUE = (ledger.UNDUE_RECEIVABLE, GOVERNMENT)
ELSEWHERE = "440118000000"
FOLLOWS = ("operator_money_of_disallowed_meal: stands", "operator_money_of_disallowed_meal: follows")
TO_OPERATOR = ("undue_in_good_faith_borne_by: government", "undue_in_good_faith_borne_by: operator")
TO_SENIOR = ("undue_in_good_faith_borne_by: government", "undue_in_good_faith_borne_by: senior")


def entries(database: Database, kind: str = "") -> list[JournalEntry]:
    with database.reading(EVERYWHERE) as session:
        wanted = select(JournalEntry).order_by(JournalEntry.seq)
        return [row for row in session.scalars(wanted) if row.kind.startswith(kind)]


def close(database: Database, month: str = months.MONTH) -> None:
    with database.transaction(EVERYWHERE) as session:
        for book_id in session.scalars(select(Book.id)):
            ledger.soft_close(session, book_id=book_id, month=month, actor="staff:1", at=local(date(2027, 6, 1), 9))
            ledger.close_period(session, book_id=book_id, month=month, actor="staff:2", at=local(date(2027, 6, 1), 10))


def recomputed(database: Database, person_id: int) -> list[settlement.ProposalView]:
    """Ask once more, as if nothing had been looked into."""
    with database.reading(EVERYWHERE) as session:
        return settlement.mistakes(session.connection(), person_id=person_id, since=date(2026, 1, 1))


@pytest.fixture
def world(database: Database) -> World:
    return late.a_week(database)


def test_meals_that_were_priced_right_give_no_proposal(database, world):
    assert [recomputed(database, person) for person in world.people] == [[], [], [], []]
    assert proposed(database) == []


def test_a_death_known_late_takes_the_subsidy_out_and_the_government_carries_it(database, world):
    first = world.people[0]
    late.state(database, first, "death", "deceased", world.days[3])
    found = proposed(database)
    assert [(one.kind, one.difference_fen, one.borne_by) for one in found] == [("clawback", -500, "government")] * 2
    assert [(a, f, fen) for a, f, _, fen in found[0].purses] == [(*MEAL, -500), (*UNDUE, 500)]
    before = due_of(database, first)
    assert accept(database, found) == 4
    after = due_of(database, first)
    assert before[MEAL] - after[MEAL] == after[UNDUE] == 1000
    assert after[OPERATOR] == before[OPERATOR]
    assert after[ledger.TILL, ""] == before[ledger.TILL, ""]
    assert recomputed(database, first) == []


def test_a_move_out_of_the_city_known_late_ends_the_subsidy_from_its_day(database):
    world = late.a_week(database, FOLLOWS, TO_OPERATOR)
    first = world.people[0]
    late.state(database, first, "hukou", ELSEWHERE, world.days[2])
    found = proposed(database)
    assert [one.service_date for one in found] == world.days[2:]
    accept(database, found)
    due = due_of(database, first)
    assert (due[MEAL], due[OPERATOR], due[ledger.CLAWBACK_LOSS, ""]) == (1000, 400, 1500)


def test_a_category_granted_late_is_owed_to_the_person_where_the_policy_reaches_back(database):
    world = late.a_week(database, *REACHES_BACK.items())
    first = world.people[0]
    late.state(database, first, "category", "minimum_living", world.days[1])
    found = proposed(database)
    assert [(one.kind, one.difference_fen) for one in found] == [("top_up", 1000)] * 4
    accept(database, found)
    due = due_of(database, first)
    assert due[MEAL] == 500 + 4 * 1500
    assert (due[ledger.TILL, ""], due[ledger.OWED, ""]) == (5 * 1300, -4 * 1000)
    assert recomputed(database, first) == []


def test_a_category_granted_late_stands_where_the_policy_says_so(database, world):
    late.state(database, world.people[0], "category", "minimum_living", world.days[1])
    assert proposed(database) == []


def test_an_overpayment_comes_off_the_tab_of_who_has_not_paid(database):
    world = late.a_week(database, *REACHES_BACK.items(), days=1)
    checkin.change_tender(database, redemption_ref=world.refs[0], tender="tab", actor="staff:1", at=make.NOON)
    late.state(database, world.people[0], "category", "minimum_living", world.days[0])
    accept(database, proposed(database))
    due = due_of(database, world.people[0])
    assert (due[ledger.TAB, ""], due.get((ledger.OWED, ""), 0)) == (300, 0)


def test_a_category_withdrawn_is_taken_back_meal_by_meal(database, world):
    poor = world.people[3]
    late.withdraw(database, poor, "category")
    found = proposed(database)
    assert [one.difference_fen for one in found] == [-1000] * 5
    accept(database, found)
    assert due_of(database, poor)[MEAL] == 5 * 500


def test_who_bears_it_may_be_the_senior_and_then_it_is_a_tab_nobody_asks_for(database):
    world = late.a_week(database, TO_SENIOR, days=1)
    late.withdraw(database, world.people[3], "category")
    accept(database, proposed(database))
    assert due_of(database, world.people[3])[ledger.TAB, ""] == 1000


def test_a_wrong_birth_date_is_put_right_with_the_identity_number(database, world):
    first = world.people[0]
    with database.transaction(EVERYWHERE) as session:
        young = make.a_document(date(1960, 5, 1), 777)
        seniors.confirm_document(session, person_id=first, document=young, actor="staff:test", at=LATER)
    found = proposed(database)
    assert [one.difference_fen for one in found] == [-500] * 5
    accept(database, found)
    assert MEAL not in due_of(database, first)


def test_a_wrong_policy_published_anew_touches_everybody_it_priced(database, world):
    late.publish(database, ('gets: {up_to: "5.00"}', 'gets: {up_to: "4.00"}'), at=LATER)
    found = proposed(database)
    assert {one.difference_fen for one in found} == {-100}
    assert len(found) == 5
    assert [group.kind for group in late.waiting(database)] == ["policy"]
    accept(database, found)
    assert [recomputed(database, person) for person in world.people] == [[], [], [], []]


def test_another_payer_is_proposed_although_the_person_pays_the_same(database, world):
    late.publish(
        database,
        ("payers: {government: 财政资金}", "payers: {government: 财政资金, lottery: 福彩公益金}"),
        ("        paid_by: government\n    delivery", "        paid_by: lottery\n    delivery"),
        at=LATER,
    )
    found = proposed(database)
    assert {(one.kind, one.difference_fen) for one in found} == {("reassign", 0)}
    accept(database, [one for one in found if one.subject == world.refs[0]])
    due = due_of(database, world.people[0])
    assert (due[MEAL], due[ledger.LOTTERY_RECEIVABLE, "440300:lottery"]) == (2000, 500)


def test_nothing_is_posted_and_no_chance_moves_without_a_person(database, world):
    before = len(entries(database)), due_of(database, world.people[0])
    late.state(database, world.people[0], "death", "deceased", world.days[0])
    assert len(proposed(database)) == 5
    assert (len(entries(database)), due_of(database, world.people[0])) == before


def test_a_cause_is_looked_into_once_and_the_sweep_may_come_again(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[3])
    first = proposed(database)
    assert [one.ref for one in proposed(database)] == [one.ref for one in first]
    accept(database, first)
    assert proposed(database) == []


def test_a_proposal_is_accepted_once_whatever_is_tried(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[4])
    found = proposed(database)
    accept(database, found)
    posted = len(entries(database))
    with pytest.raises(CanteenError) as refusal:
        accept(database, found)
    assert refusal.value.code == "settlement.decided_already"
    with database.reading(EVERYWHERE) as session:
        row = session.scalars(select(AdjustmentProposal)).one()
        decision = session.scalars(select(AdjustmentDecision)).one()
        again = {**_columns(row), "id": row.id + 1, "ref": "A-OTHER", "digest": "another"}
        forged = {**_columns(decision), "proposal_id": row.id + 1}
    with database.transaction(EVERYWHERE) as session:
        session.add(AdjustmentProposal(**again))
    with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
        session.add(AdjustmentDecision(**forged))
    assert len(entries(database)) == posted


def _columns(row: object) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def test_what_was_turned_down_is_not_proposed_again_and_needs_a_reason(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[4])
    [one] = proposed(database)
    with pytest.raises(CanteenError) as refusal, database.transaction(EVERYWHERE) as session:
        settlement.reject(session, refs=[one.ref], act=late.ACT)
    assert refusal.value.code == "settlement.reason_missing"
    with database.transaction(EVERYWHERE) as session:
        settlement.reject(session, refs=[one.ref], act=settlement.Act("staff:li", LATER, "补助名单另有安排"))
    late.state(database, world.people[0], "housing", "institution", date(2026, 3, 19))
    assert proposed(database) == []
    assert late.waiting(database, "rejected")[0].proposals[0].decision.reason == "补助名单另有安排"


def test_a_second_truth_supersedes_what_is_no_longer_true(database, world):
    first = world.people[0]
    late.state(database, first, "death", "deceased", world.days[3])
    assert len(proposed(database)) == 2
    late.withdraw(database, first, "death")
    assert proposed(database) == []
    assert len(late.waiting(database, "superseded")[0].proposals) == 2


def test_a_correction_of_a_correction_starts_from_what_stands(database, world):
    first = world.people[0]
    before = due_of(database, first)
    late.state(database, first, "death", "deceased", world.days[3])
    accept(database, proposed(database))
    late.publish(database, *REACHES_BACK.items(), at=LATER)
    late.withdraw(database, first, "death")
    accept(database, proposed(database))
    assert due_of(database, first) == before


def test_a_proposal_about_a_meal_that_was_undone_meanwhile_is_stale(database, world):
    late.state(database, world.people[3], "death", "deceased", world.days[4])
    found = proposed(database)
    ref = found[0].subject
    checkin.undo(
        database, scan_id=f"undo-{ref}", redemption_ref=ref, device="x", actor="staff:m", at=LATER, by_manager=True
    )
    with pytest.raises(CanteenError) as refusal:
        accept(database, found)
    assert refusal.value.code == "settlement.proposal_stale"


def test_an_undo_after_a_correction_takes_everything_back_and_the_statement_agrees(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[4])
    found = proposed(database)
    accept(database, found)
    ref = found[0].subject
    checkin.undo(
        database, scan_id=f"undo-{ref}", redemption_ref=ref, device="x", actor="staff:m", at=LATER, by_manager=True
    )
    assert due_of(database, world.people[0])[MEAL] == 4 * 500
    view = drawn(database, world)
    assert [check.code for check in view.checks if not check.passed] == []


def drawn(database: Database, world: World, month: str = months.MONTH) -> settlement.StatementView:
    with database.reading(EVERYWHERE) as session:
        return settlement.draft(session, canteen_id=world.town.canteen_id, month=month, at=months.AFTER)


def test_chances_given_back_may_be_used_and_taken_ones_count(database):
    world = late.a_week(database, *REACHES_BACK.items(), days=1)
    young = world.people[2]
    late.state(database, young, "category", "minimum_living", world.days[0])
    accept(database, proposed(database))
    with database.reading(EVERYWHERE) as session:
        held = session.scalars(select(Claim.counter).where(Claim.person_id == young).order_by(Claim.id)).all()
    assert held[0] == "meal"
    assert "subsidy/meal/day" in held
    again = months.eat(database, world, young, again=True)
    with database.reading(EVERYWHERE) as session:
        trace = session.scalar(select(checkin.tables.Redemption.trace).where(checkin.tables.Redemption.ref == again))
    assert Quote.from_json(trace).subsidy_fen == 0


@pytest.mark.parametrize(("answer", "released"), [("gives_chance_back", 2), ("keeps_chance_used", 0)])
def test_the_policy_says_whether_the_chance_comes_back(database, answer, released):
    world = late.a_week(database, ("refunded_meal: gives_chance_back", f"refunded_meal: {answer}"), days=1)
    late.state(database, world.people[0], "death", "deceased", world.days[0])
    found = proposed(database)
    assert found[0].keeps_chance == (released == 0)
    accept(database, found)
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count(ClaimRelease.claim_id))) == released
    assert recomputed(database, world.people[0]) == []


def test_an_error_of_the_same_year_is_a_red_and_a_blue_voucher(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[4])
    accept(database, proposed(database))
    red, blue = entries(database, "correction")
    assert (red.kind, blue.kind) == ("correction_reversal", "correction")
    assert red.key == red.key.replace(":rev", "") + ":rev"
    assert blue.key == red.key.removesuffix("rev") + "new"
    assert red.corrects_seq == blue.corrects_seq == int(red.key.split(":")[2])
    assert red.memo.startswith("注销 2026-03-06 第")
    assert blue.memo.startswith("订正 2026-03-06 第")
    assert {red.service_date, blue.service_date} == {world.days[4]}


def test_an_error_of_an_earlier_year_is_one_blue_voucher_with_the_difference(database, world):
    close(database)
    late.state(database, world.people[0], "death", "deceased", world.days[4], at=late.NEXT_YEAR)
    accept(database, proposed(database, at=late.NEXT_YEAR), at=late.NEXT_YEAR)
    [blue] = entries(database, "correction")
    assert (blue.month, blue.effect_month, blue.kind) == ("2027-01", "2026-03", "correction")
    assert blue.memo.startswith("更正以前年度 2026-03-06 第")
    assert due_of(database, world.people[0])[UNDUE] == 500


def test_a_closed_month_takes_nothing_and_the_next_statement_shows_it_as_of_an_earlier_month(database, world):
    close(database)
    late.state(database, world.people[0], "death", "deceased", world.days[4], at=late.APRIL)
    accept(database, proposed(database, at=late.APRIL), at=late.APRIL)
    assert {row.month for row in entries(database, "correction")} == {"2026-04"}
    view = drawn(database, world, "2026-04")
    assert [row.group for row in view.rows] == ["prior"]
    assert [(purse.purpose, fen) for purse, fen in zip(view.purses, view.total.purse_fens, strict=True)] == [
        ("meal", -500),
        ("undue", 500),
    ]
    assert [check.code for check in view.checks if not check.passed] == []
    with database.transaction(EVERYWHERE) as session:
        frozen = settlement.freeze(
            session, canteen_id=world.town.canteen_id, month="2026-04", actor="staff:li", at=late.NEXT_YEAR
        ).ref
    with database.reading(EVERYWHERE) as session:
        assert settlement.reproduce(session, ref=frozen).is_equal


def test_the_statement_of_an_open_month_still_passes_every_check(database):
    world = late.a_week(database, *REACHES_BACK.items(), TO_OPERATOR)
    late.state(database, world.people[0], "category", "minimum_living", world.days[1])
    late.state(database, world.people[1], "death", "deceased", world.days[2])
    accept(database, proposed(database))
    view = drawn(database, world)
    assert [check.code for check in view.checks if not check.passed] == []
    assert dict(view.tenders)["owed"] == -4 * 1000
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []


def test_an_accountant_of_elsewhere_sees_and_decides_nothing(database, world):
    late.state(database, world.people[0], "death", "deceased", world.days[4])
    found = proposed(database)
    scope = Scope(canteen_ids=frozenset({world.town.canteen_id + 99}), region_prefixes=("51",))
    with database.reading(scope) as session:
        assert settlement.groups(session) == []
        assert settlement.open_count(session) == 0
    with pytest.raises(CanteenError) as refusal, database.transaction(scope) as session:
        settlement.accept(session, refs=[found[0].ref], act=late.ACT)
    assert refusal.value.code == "settlement.no_such_proposal"
