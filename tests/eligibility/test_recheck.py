"""Lists of other offices: what they would do, what they may do by themselves, and what asks for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from canteen import eligibility, seniors
from canteen.eligibility import recheck
from canteen.eligibility.tables import RecheckDecision, RecheckLine
from canteen.foundation.db import vault_of
from canteen.foundation.errors import CanteenError
from canteen.seniors import roster
from tests import builders as make
from tests.eligibility import applying as way

TODAY = make.MONDAY
AT = way.at(TODAY)
LATER = way.at(way.after(1))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(CanteenError) as refusal:
        yield
    assert refusal.value.code == code


def terms(**wishes: Any) -> recheck.Terms:
    stated: dict[str, Any] = {
        "region_code": make.FUTIAN, "kind": "category", "value": way.CATEGORY, "list_day": TODAY, "is_full": False,
        "on": TODAY,
    }  # fmt: skip
    return recheck.Terms(**(stated | wishes))


def people(session: Session, count: int, **wishes: Any) -> list[int]:
    return [make.a_senior(session, birth=date(1940, 1, 1 + n), **wishes) for n in range(count)]


def a_list(session: Session, ids: list[int], *more: str, heading: str = "", cell: str = "") -> bytes:
    """Write a list of people as another office would, each with one more cell."""
    rows = [f"姓名,身份证号{heading and ',' + heading}"]
    for person_id in ids:
        person = seniors.person_by_id(session, person_id=person_id)
        number = vault_of(session).open(str(person.document_sealed))
        rows.append(f"{person.name},{number}{cell and ',' + cell}")
    return "\n".join((*rows, *more)).encode("gb18030")


def took(session: Session, content: bytes, **wishes: Any) -> recheck.Taken:
    plan = recheck.read(session, content=content, terms=terms(**wishes))
    return recheck.take(session, plan=plan, file_name="低保.csv", actor=way.TAKER, at=AT)


def ends(session: Session, person_id: int, kind: str = "category") -> list[date | None]:
    return [one.valid_until for one in seniors.facts_of(session, person_id=person_id) if one.kind == kind]


def state(session: Session, person_id: int, until: date | None = None, since: date = date(2025, 1, 1)) -> None:
    seniors.add_fact(
        session, person_id=person_id, kind="category", value=way.CATEGORY, valid_from=since, valid_until=until,
        evidence="证", source="test", actor=way.TAKER, at=AT,
    )  # fmt: skip


def test_a_dry_run_tells_new_renewed_ended_unchanged_unknown_missing_and_wrong_and_changes_nothing(
    session: Session, person_id: int
) -> None:
    fresh, renewed, ended, same, missing, dead = people(session, 6)
    for one, until in ((renewed, way.after(30)), (ended, None), (same, None), (missing, None)):
        state(session, one, until)
    seniors.add_fact(
        session, person_id=dead, kind="death", value="死亡", valid_from=way.after(-3), evidence="证", source="test",
        actor=way.TAKER, at=AT,
    )  # fmt: skip
    before = {one: list(seniors.history_of(session, person_id=one)) for one in (fresh, renewed, ended, same, missing)}
    stranger = f"王五,{make.a_document(date(1950, 1, 1), 999).number},"
    content = a_list(session, [fresh, renewed, same, dead], heading="停发日期", cell="")
    ended_row = a_list(session, [ended], cell="2026-02-28").split(b"\n")[1]
    content = b"\n".join((content, ended_row, stranger.encode("gb18030"), "赵六,44030419500101001X,".encode("gb18030")))
    plan = recheck.read(session, content=content, terms=terms(is_full=True, holds_until=date(2027, 3, 1)))

    outcomes = {line.person_id: line.outcome for line in plan.lines}
    assert outcomes == {fresh: "new", renewed: "renewed", ended: "ended", missing: "missing"}
    assert (plan.unchanged_count, len(plan.unknown), plan.wrong_count, plan.standing_count) == (1, 1, 2, 4)
    assert {problem.code for problem in plan.problems} == {"seniors.roster_ended", "seniors.document_check_digit"}
    assert {one: list(seniors.history_of(session, person_id=one)) for one in before} == before
    assert person_id not in outcomes


def test_new_and_renewed_hold_at_once_with_the_list_as_their_source(session: Session) -> None:
    fresh, renewed = people(session, 2)
    state(session, renewed, way.after(30))
    before = seniors.person_by_id(session, person_id=renewed).revision
    taken = took(session, a_list(session, [fresh, renewed]), holds_until=date(2027, 3, 1))

    assert (taken.done, taken.waiting) == (2, 0)
    assert (ends(session, fresh), ends(session, renewed)) == ([date(2027, 3, 1)], [date(2027, 3, 1)])
    (fact,) = [one for one in seniors.facts_of(session, person_id=fresh) if one.kind == "category"]
    assert (fact.source, fact.evidence, fact.valid_from) == (f"recheck:{taken.ref}", "第 2 行", TODAY)
    session.expire_all()
    assert seniors.person_by_id(session, person_id=renewed).revision == before + 1


def test_a_later_first_day_or_an_empty_last_day_shortens_nothing(session: Session) -> None:
    (one,) = people(session, 1)
    state(session, one, None)
    content = a_list(session, [one], heading="有效期起", cell="2026-02-01")
    plan = recheck.read(session, content=content, terms=terms(holds_until=date(2026, 6, 1)))

    assert (plan.lines, plan.unchanged_count) == ((), 1)


def test_one_in_twenty_missing_is_decided_by_the_taker_and_one_more_asks_for_a_second_person(session: Session) -> None:
    everybody = people(session, 20)
    for one in everybody:
        state(session, one, None)
    listed = a_list(session, everybody[1:])
    mine = took(session, listed, is_full=True)
    assert (mine.done, mine.waiting) == (0, 1)
    assert ends(session, everybody[0]) == [None]
    kept = recheck.settle(
        session, taken=recheck.taken_list(session, ref=mine.ref), numbers={1}, ends=False, reason="电话核实还在保",
        actor=way.TAKER, at=AT,
    )  # fmt: skip
    assert (kept.count, ends(session, everybody[0])) == (1, [None])

    taken = recheck.taken_list(session, ref=took(session, a_list(session, everybody[2:]), is_full=True).ref)
    wish: dict[str, Any] = {
        "taken": taken, "numbers": {1, 2}, "ends": True, "reason": "已不在保", "ends_on": TODAY, "at": LATER,
    }  # fmt: skip
    with refused("eligibility.recheck_second_person"):
        recheck.settle(session, **wish, actor=way.TAKER)
    assert ends(session, everybody[0]) == [None]
    state_again = seniors.facts_of(session, person_id=everybody[1])[0]
    done = recheck.settle(session, **wish, actor=way.SECOND)
    assert (done.count, done.moved, state_again.kind) == (2, 0, "category")
    assert (ends(session, everybody[0]), ends(session, everybody[1])) == ([TODAY], [TODAY])
    with refused("eligibility.recheck_no_one"):
        recheck.settle(session, **wish, actor=way.SECOND)


def test_the_database_itself_asks_for_the_second_person(session: Session) -> None:
    one, other = people(session, 2)
    state(session, one, None)
    state(session, other, None)
    taken = recheck.taken_list(session, ref=took(session, a_list(session, [other]), is_full=True).ref)
    (line,) = session.query(RecheckLine).filter_by(recheck_id=taken.id).all()
    row = {
        "recheck_id": taken.id, "number": line.number, "verdict": "done", "reason": "x", "revision": 1,
        "actor": way.TAKER, "at": AT,
    }  # fmt: skip
    with pytest.raises((IntegrityError, ProgrammingError), match="recheck_second_person"), session.begin_nested():
        session.execute(insert(RecheckDecision), [row])
    for change in ("DELETE FROM recheck_lines", "UPDATE rechecks SET ending_count = 0"):
        with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
            session.connection().exec_driver_sql(change)


def test_deaths_end_on_their_day_and_another_day_than_the_known_one_is_a_problem(session: Session) -> None:
    dead, known, *_ = people(session, 20)
    died_on = way.after(-10)
    taken = took(
        session, a_list(session, [dead], heading="死亡日期", cell=died_on.isoformat()), kind="death", value="death"
    )
    assert (taken.done, taken.waiting) == (1, 0)
    (fact,) = [one for one in seniors.facts_of(session, person_id=dead) if one.kind == "death"]
    assert fact.valid_from == died_on
    content = a_list(session, [dead], heading="死亡日期", cell=way.after(-9).isoformat())
    plan = recheck.read(session, content=content, terms=terms(kind="death", value="death"))
    assert [problem.code for problem in plan.problems] == ["seniors.roster_death_differs"]
    for cell, code in (("2026-05-01", "seniors.roster_death_ahead"), ("", "seniors.roster_day_missing")):
        content = a_list(session, [known], heading="死亡日期", cell=cell)
        plan = recheck.read(session, content=content, terms=terms(kind="death", value="death"))
        assert ([problem.code for problem in plan.problems], plan.lines) == ([code], ())
    with refused("eligibility.recheck_terms"):
        terms(kind="death", value="death", is_full=True)


def test_a_withdrawal_leaves_everything_as_it_was_but_for_who_ate_or_was_touched_since(session: Session) -> None:
    fresh, renewed, fed, touched = people(session, 4)
    state(session, renewed, way.after(30))
    taken = recheck.taken_list(
        session, ref=took(session, a_list(session, [fresh, renewed, fed, touched]), holds_until=date(2027, 3, 1)).ref
    )
    state_of_touched = seniors.Changes(address="彩田路 2 号")
    seniors.change(session, person_id=touched, changes=state_of_touched, actor=way.TAKER, at=LATER)
    done = recheck.withdraw(session, taken=taken, eaten={fed}, actor=way.SECOND, at=LATER)

    assert (done.done, {one.reason for one in done.kept}) == (2, {"eaten", "changed"})
    assert (ends(session, fresh), ends(session, renewed)) == ([], [way.after(30)])
    assert (ends(session, fed), ends(session, touched)) == ([date(2027, 3, 1)], [date(2027, 3, 1)])
    with refused("eligibility.recheck_withdrawn"):
        recheck.withdraw(session, taken=taken, eaten=(), actor=way.SECOND, at=LATER)


def test_after_a_withdrawal_nobody_can_be_ended_and_a_record_that_moved_on_is_left_alone(session: Session) -> None:
    one, other, third = people(session, 3)
    for person_id in (one, other, third):
        state(session, person_id, None)
    taken = recheck.taken_list(session, ref=took(session, a_list(session, [third]), is_full=True).ref)
    (fact,) = [fact for fact in seniors.facts_of(session, person_id=one) if fact.kind == "category"]
    seniors.supersede_fact(
        session, fact_id=fact.id, valid_until=way.after(100), evidence="证", source="test", actor=way.TAKER, at=AT
    )
    wish: dict[str, Any] = {"taken": taken, "ends": True, "reason": "不在保", "ends_on": TODAY, "at": LATER}
    done = recheck.settle(session, **wish, numbers={1}, actor=way.SECOND)
    assert (done.count, done.moved, ends(session, one)) == (0, 1, [way.after(100)])
    recheck.withdraw(session, taken=taken, eaten=(), actor=way.SECOND, at=LATER)
    with refused("eligibility.recheck_withdrawn"):
        recheck.settle(session, **wish, numbers={2}, actor=way.SECOND)


def test_a_list_that_would_do_something_else_by_now_is_refused(session: Session) -> None:
    (one,) = people(session, 1)
    plan = recheck.read(session, content=a_list(session, [one]), terms=terms())
    state(session, one, None)
    with refused("eligibility.recheck_changed"):
        recheck.take(session, plan=plan, file_name="x.csv", actor=way.TAKER, at=AT)


def test_what_a_street_said_of_its_columns_counts_for_its_next_list_and_goes_before_what_a_city_said(
    session: Session,
) -> None:
    (one,) = people(session, 1)
    content = a_list(session, [one]).replace("身份证号".encode("gb18030"), "公民编码".encode("gb18030"))
    with refused("seniors.roster_no_header"):
        recheck.read(session, content=content, terms=terms())
    tell: dict[str, Any] = {
        "list_kind": "category", "known": recheck.KNOWN["category"], "actor": way.TAKER, "at": AT,
    }  # fmt: skip
    roster.remember_columns(session, region_code="440300000000", told={"公民编码": "name", "姓名": ""}, **tell)
    roster.remember_columns(session, region_code=make.FUTIAN, told={"公民编码": "document", "姓名": "name"}, **tell)
    plan = recheck.read(session, content=content, terms=terms())
    assert [line.person_id for line in plan.lines] == [one]
    with refused("seniors.roster_column_twice"):
        roster.remember_columns(session, region_code=make.FUTIAN, told={"a": "name", "b": "name"}, **tell)
    with refused("seniors.roster_column_unknown"):
        roster.remember_columns(session, region_code=make.FUTIAN, told={"a": "password"}, **tell)
    assert eligibility.recheck is recheck
