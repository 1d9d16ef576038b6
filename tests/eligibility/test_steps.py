"""Walk applications through their steps, and refuse what is out of order, too early, or decided by one person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from canteen import eligibility, seniors
from canteen.foundation.errors import CanteenError
from tests import builders as make
from tests.eligibility import applying as way


@contextmanager
def _refused(code: str) -> Iterator[None]:
    with pytest.raises(CanteenError) as refusal:
        yield
    assert refusal.value.code == f"eligibility.{code}"


def test_a_confirmed_application_states_the_fact_with_its_source(session: Session, person_id: int) -> None:
    ref = way.entitled(session, person_id)
    (fact,) = [one for one in seniors.facts_of(session, person_id=person_id) if one.kind == "category"]
    assert (fact.value, fact.valid_from, fact.source) == (way.CATEGORY, way.MONDAY, f"application:{ref}")
    assert (fact.entered_by, fact.evidence) == (way.SECOND, "民政〔2026〕7号")
    assert way.steps(session, ref) == ["applied", "assessed", "noticed", "confirmed"]


def test_a_notice_hangs_five_working_days_and_the_weekend_does_not_count(session: Session, person_id: int) -> None:
    ref = way.on_notice(session, person_id)
    notice = eligibility.notices(session)[0]
    assert notice.until_day == way.after(5)
    counted = eligibility.is_counted(session, "working")
    assert eligibility.days_left(notice.until_day, way.after(3), counted) == 2
    with _refused("notice_running"):
        way.confirmed(session, ref, on=way.after(4))
    way.confirmed(session, ref, on=way.after(5))


def test_a_holiday_puts_the_end_of_a_notice_off(session: Session, person_id: int) -> None:
    spring = date(2026, 2, 13)
    ref = way.assessed(session, way.applied(session, person_id, on=spring), on=spring)
    assert way.published(session, ref, on=spring).until_day > date(2026, 2, 25)


def test_who_took_in_or_assessed_does_not_confirm_and_nothing_of_the_fact_stays(
    session: Session, person_id: int
) -> None:
    ref = way.on_notice(session, person_id)
    with _refused("same_eyes"):
        way.confirmed(session, ref, on=way.after(7), actor=way.TAKER)
    assert not seniors.values_on(session, person_id=person_id, kind="category", day=way.after(7))
    assert way.steps(session, ref)[-1] == "noticed"


def test_the_same_wish_twice_is_one_application_until_it_is_settled(session: Session, person_id: int) -> None:
    ref = way.applied(session, person_id)
    with _refused("already_open"):
        way.applied(session, person_id)
    other = way.applied(session, person_id, category="living_alone")
    eligibility.refuse(
        session, ref=ref, reason="收入超过标准", to_bring="最近六个月的银行流水", actor=way.TAKER, at=way.at(way.MONDAY)
    )
    again = way.applied(session, person_id)
    assert len({ref, other, again}) == 3
    assert eligibility.shown(session, ref=ref, on=way.MONDAY).to_bring == "最近六个月的银行流水"


def test_who_holds_the_category_cannot_apply_for_it(session: Session, person_id: int) -> None:
    held = make.a_senior(session, categories=[way.CATEGORY])
    with _refused("already_holds"):
        way.applied(session, held)
    assert way.applied(session, person_id)


def test_an_objection_stands_still_until_it_is_answered(session: Session, person_id: int) -> None:
    ref = way.on_notice(session, person_id)
    eligibility.object_to(session, ref=ref, evidence="来信", actor=way.TAKER, at=way.at(way.after(2)))
    with _refused("step_order"):
        way.confirmed(session, ref, on=way.after(7))
    eligibility.answer_objection(session, ref=ref, evidence="复核记录", actor=way.TAKER, at=way.at(way.after(3)))
    way.confirmed(session, ref, on=way.after(7))


def test_paper_that_comes_in_a_month_late_keeps_its_days(session: Session, person_id: int) -> None:
    late = way.after(31)
    ref = way.applied(session, person_id, on=late, day=way.MONDAY)
    way.assessed(session, ref, on=late, day=way.after(1))
    way.published(session, ref, on=late, from_day=way.after(2))
    way.confirmed(session, ref, on=late)
    assert [one.on_day for one in eligibility.history(session, ref=ref)][:3] == [way.after(n) for n in range(3)]
    assert seniors.values_on(session, person_id=person_id, kind="category", day=way.MONDAY) == (way.CATEGORY,)


@pytest.mark.parametrize(
    ("day", "code"), [(way.after(1), "day_ahead"), (date(2025, 1, 1), "too_old")], ids=["ahead", "old"]
)
def test_a_day_that_cannot_be_is_refused(session: Session, person_id: int, day: date, code: str) -> None:
    with _refused(code):
        way.applied(session, person_id, day=day)


def test_a_step_before_the_one_before_it_is_refused(session: Session, person_id: int) -> None:
    ref = way.applied(session, person_id)
    with _refused("step_early"):
        way.assessed(session, ref, day=way.after(-1))


def test_a_child_needs_the_guardians_consent(session: Session, person_id: int) -> None:
    seniors.add_contact(
        session, person_id=person_id, kind="guardian", name="张建国", phone="13800138000", actor="s", at=make.BEFORE
    )
    ref = way.on_notice(session, person_id)
    with _refused("guardian_consent"):
        way.confirmed(session, ref, on=way.after(7))
    seniors.give_consent(
        session, person_id=person_id, kind="guardian", text_version="2026-01", given_by="张建国", at=make.BEFORE
    )
    assert way.confirmed(session, ref, on=way.after(7)).step == "confirmed"


def test_a_re_check_comes_due_and_goes_on_or_ends_from_a_day(session: Session, person_id: int) -> None:
    ref = way.entitled(session, person_id)
    assert eligibility.shown(session, ref=ref, on=date(2026, 12, 1)).state == "confirmed"
    assert eligibility.shown(session, ref=ref, on=date(2027, 1, 15)).state == "due"
    with _refused("step_order"):
        renewed(session, ref, actor=way.SECOND)
    rechecked = {"evidence": "入户复核", "on": date(2027, 2, 1)}
    way.assessed(session, ref, **rechecked)
    assert eligibility.shown(session, ref=ref, on=date(2027, 2, 1)).state == "rechecked"
    with _refused("same_eyes"):
        renewed(session, ref, actor=way.TAKER)
    renewed(session, ref, actor=way.SECOND)
    assert eligibility.shown(session, ref=ref, on=date(2027, 2, 1)).state == "renewed"
    with _refused("recheck_category"):
        way.assessed(session, ref, category="extreme_hardship", on=date(2027, 8, 1))
    way.assessed(session, ref, on=date(2027, 8, 1), actor=way.SECOND)
    wish: dict[str, Any] = {"evidence": "停发通知", "ends_on": date(2027, 9, 1), "at": way.at(date(2027, 8, 20))}
    with _refused("same_eyes"):
        eligibility.end(session, ref=ref, **wish, actor=way.SECOND)
    eligibility.end(session, ref=ref, **wish, actor=way.TAKER)
    held = [seniors.values_on(session, person_id=person_id, kind="category", day=date(2027, m, 1)) for m in (8, 9)]
    assert held == [(way.CATEGORY,), ()]
    assert way.steps(session, ref)[-4:] == ["assessed", "renewed", "assessed", "ended"]


def renewed(session: Session, ref: str, *, actor: str) -> None:
    eligibility.renew(
        session, ref=ref, evidence="年审表", recheck_on=date(2028, 3, 1), actor=actor, at=way.at(date(2027, 2, 1))
    )


def test_without_a_consent_to_keep_data_nothing_is_confirmed(session: Session) -> None:
    person_id = make.a_senior(session)
    ref = way.on_notice(session, person_id)
    with _refused("data_consent"):
        way.confirmed(session, ref, on=way.after(7))
    seniors.give_consent(
        session, person_id=person_id, kind="binding", text_version="1", given_by="wechat:7", at=make.BEFORE
    )
    assert way.confirmed(session, ref, on=way.after(7)).step == "confirmed"


def test_a_category_that_a_list_or_a_hand_ended_is_shown_as_ended(session: Session, person_id: int) -> None:
    ref = way.entitled(session, person_id)
    (fact,) = [one for one in seniors.facts_of(session, person_id=person_id) if one.kind == "category"]
    seniors.supersede_fact(
        session, fact_id=fact.id, valid_until=way.after(20), evidence="名单", source="recheck:L-1", actor="s",
        at=way.at(way.after(10)),
    )  # fmt: skip
    states = [eligibility.shown(session, ref=ref, on=way.after(n)).state for n in (19, 20)]
    assert states == ["confirmed", "ended"]


def test_an_application_goes_over_to_the_record_that_stands(session: Session, person_id: int) -> None:
    ref, late = way.entitled(session, person_id), way.on_notice(session, make.a_senior(session, name="张秀英"))
    twin = eligibility.shown(session, ref=late, on=way.MONDAY).person_id
    stands = make.a_senior(session)
    for gone in (person_id, twin):
        seniors.merge(session, person_id=gone, into_id=stands, actor="s", at=make.BEFORE)
    mine = eligibility.of_people(session, person_ids=[stands], on=way.after(8))
    assert {(one.ref, one.person_id) for one in mine} == {(ref, stands), (late, stands)}
    way.assessed(session, ref, on=way.after(9))
    eligibility.renew(
        session, ref=ref, evidence="年审表", recheck_on=date(2028, 3, 1), actor=way.SECOND, at=way.at(way.after(9))
    )
    assert seniors.values_on(session, person_id=stands, kind="category", day=way.after(9)) == (way.CATEGORY,)


def test_a_wish_from_chat_gets_its_category_when_it_is_assessed(session: Session, person_id: int) -> None:
    wish = eligibility.apply(
        session, person_id=person_id, category=eligibility.UNSURE, channel="wechat", actor="wechat:7", at=make.BEFORE
    )
    way.assessed(session, wish.ref)
    assert eligibility.shown(session, ref=wish.ref, on=way.MONDAY).category == way.CATEGORY


def test_steps_are_never_changed_nor_deleted_and_the_database_knows_the_order(session: Session, person_id: int) -> None:
    ref = way.applied(session, person_id)
    step = eligibility.ApplicationStep
    mine = eligibility.history(session, ref=ref)[0]
    values = {
        "application_id": mine.application_id, "number": 2, "step": "noticed", "on_day": way.MONDAY,
        "at": make.BEFORE, "actor": "x", "evidence": "x", "to_bring": "",
    }  # fmt: skip
    for statement in (update(step).values(evidence="x"), delete(step), insert(step).values(values)):
        with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
            session.execute(statement)


def test_a_list_shows_what_is_due_first(session: Session, person_id: int) -> None:
    later = way.applied(session, person_id)
    sooner = way.applied(session, make.a_senior(session), on=way.MONDAY, day=way.after(-9))
    assert [one.ref for one in eligibility.listed(session, on=way.MONDAY)] == [sooner, later]
    assert eligibility.listed(session, on=way.MONDAY, settled=True) == []


def test_whose_category_ends_within_sixty_days_is_listed_unless_it_goes_on(session: Session, person_id: int) -> None:
    way.entitled(session, person_id, valid_until=way.after(90))
    assert eligibility.expiring(session, on=way.after(20)) == []
    (one,) = eligibility.expiring(session, on=way.after(40))
    assert (one.person_id, one.category, one.ends_on) == (person_id, way.CATEGORY, way.after(90))
    seniors.add_fact(
        session, person_id=person_id, kind="death", value="deceased", valid_from=way.after(41), evidence="证明",
        source="test", actor="s", at=way.at(way.after(41)),
    )  # fmt: skip
    assert eligibility.expiring(session, on=way.after(42)) == []


def test_an_entitled_person_leaves_the_waiting_list_until_the_re_check_nears(session: Session, person_id: int) -> None:
    ref = way.entitled(session, person_id)
    for on, waits in ((way.after(8), False), (date(2026, 12, 30), False), (date(2026, 12, 31), True)):
        waiting = [one.ref for one in eligibility.listed(session, on=on)]
        rested = [one.ref for one in eligibility.listed(session, on=on, settled=True)]
        assert (waiting, rested) == (([ref], []) if waits else ([], [ref]))
