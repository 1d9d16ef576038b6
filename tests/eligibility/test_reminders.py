"""Whose category ends hears of it in time, twice, by message or by telephone."""

from __future__ import annotations

from datetime import date, timedelta

from canteen import eligibility, notices, seniors
from canteen.foundation.db import EVERYWHERE
from tests import builders
from tests.builders import at

ENDS = date(2026, 6, 1)


def test_who_loses_a_category_soon_is_told_a_month_and_a_week_before(database, nation):
    with database.transaction(EVERYWHERE) as session:
        builders.a_policy(session)
        people = [builders.a_senior(session, name=name) for name in ("王秀英", "李建国")]
        for person_id in people:
            seniors.add_fact(
                session, person_id=person_id, kind="category", value="minimum_living_guarantee",
                valid_from=date(2025, 6, 1), valid_until=ENDS, evidence="民政〔2025〕1号", source="test",
                actor="staff:test", at=builders.BEFORE,
            )  # fmt: skip
        seniors.link(session, person_id=people[0], account="wechat:1", proof="t", actor="t", at=builders.BEFORE)
        days = {left: at(ENDS - timedelta(days=left), 9) for left in (31, 30, 29, 8, 7, 1, 0)}
        counts = {left: eligibility.remind_of_endings(session, at=moment) for left, moment in days.items()}

        assert [bool(counts[left]) for left in (31, 30, 7, 1, 0)] == [False, True, True, True, False]
        told = notices.due(session, at=days[0], limit=9)
        assert [(due.account, due.content["day"]) for due in told] == [("wechat:1", "2026-05-31")] * 2
        called = [*notices.phone_list(session, at=days[7]), *notices.settled_calls(session, at=days[7])]
        assert [call.person_id for call in called] == [people[1]] * 2
