"""Warn on the overview of policies that end or lie below a floor, of drafts, budgets and the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from canteen import settlement, subsidy
from canteen.foundation.db import scope_of
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor
from canteen.settlement import Outlook
from canteen.web import calendar, forms, purses
from canteen.web.policy_words import SOON, VERY_SOON, concerns, staff_names, words

_FORGOTTEN_AFTER = 30


def warnings(session: Session, today: date) -> list[dict[str, Any]]:
    """List what the accountant of a scope must know of rules and money, the most pressing first."""
    found = [
        *_endings(session, today),
        *_below_floors(session),
        *_budgets(session, today),
        *_calendar(session, today),
        *_reviews(session),
    ]
    return sorted(found, key=lambda task: ("bad", "warn", "info").index(task["tone"]))


def _endings(session: Session, today: date) -> list[dict[str, Any]]:
    """Warn 60 and 14 days before the last version of a policy ends, and for a month afterwards."""
    said, found = words()["tasks"], []
    published = subsidy.known(session)
    for row in subsidy.standing_policies(session):
        policy = published.policies[row.code]
        until = policy.versions[-1].valid_until
        if until is None or not concerns(scope_of(session), row.region_code):
            continue
        days = (until - today).days
        if -_FORGOTTEN_AFTER < days <= SOON:
            label = said["ends" if days > 0 else "ended"].format(name=policy.name, days=f" {days}")
            note = said["ends_note"].format(day=until - timedelta(days=1))
            href = url_for("web.policy", code=row.code)
            found.append(_task(label, note, href, "bad" if days <= VERY_SOON else "warn"))
    return found


def _below_floors(session: Session) -> list[dict[str, Any]]:
    """Name the policies that lie below what a wider one asks for since it was published."""
    said, published = words()["tasks"], subsidy.known(session)
    return [
        _task(
            said["below_floor"].format(name=published.policies[row.code].name),
            subsidy.mended(problem),
            url_for("web.policy", code=row.code),
            "bad",
        )
        for row, problem in subsidy.fallen_below(session)
        if concerns(scope_of(session), row.region_code)
    ]


def _budgets(session: Session, today: date) -> list[dict[str, Any]]:
    return [_budget(name, one) for name, one in purses.outlooks(session, today) if one.runs_out_on is not None]


def _budget(name: str, one: Outlook) -> dict[str, Any]:
    said = words()["tasks"]
    facts = {
        "weeks": settlement.BUDGET_WEEKS, "day": one.runs_out_on, "year": one.year,
        "amount": grouped_yuan(one.budget_fen), "spent": grouped_yuan(one.spent_fen),
    }  # fmt: skip
    note = said["budget_over" if one.is_over else "budget_note"].format(**facts)
    return _task(said["budget"].format(name=name), note, url_for("web.purses"), "bad" if one.is_over else "warn")


def _calendar(session: Session, today: date) -> list[dict[str, Any]]:
    year = calendar.missing(session, today)
    if year is None:
        return []
    href = url_for("web.calendar", year=year) if actor().may("places.edit") else url_for("web.policies")
    return [_task(words()["tasks"]["calendar"].format(year=year), calendar.warning_of(year), href, "warn")]


def _reviews(session: Session) -> list[dict[str, Any]]:
    """Name the drafts that are ready and wait for somebody who did not write them."""
    said, people = words()["tasks"], staff_names(session)
    waiting = [
        one
        for one in subsidy.drafts(session, states=("draft",))
        if one.scan_id is not None and one.document_number and one.edited_by != forms.me()
    ]
    return [
        _task(
            said["review"].format(name=one.name),
            said["review_note"].format(by=people.get(one.edited_by, one.edited_by)),
            url_for("web.policy_draft", ref=one.ref),
            "info",
        )
        for one in waiting
    ]


def _task(label: str, note: str, href: str, tone: str) -> dict[str, Any]:
    return {"label": label, "note": note, "href": href, "tone": tone}
