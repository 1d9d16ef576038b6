"""Show what the person is entitled to, what was used, when it ends, what to bring, and how far an application is."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, url_for
from sqlalchemy.orm import Session

from canteen import checkin, eligibility, places, seniors, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.money import spoken_yuan
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.web.mine import asker, slots
from canteen.web.mine.asker import Asker, say

_SHOWN = 4


def add_to(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.get("/mine/status")(mine_status)


@audience(FOLLOWER)
@asker.spoken
def mine_status() -> str:
    """Show how the subsidy stands."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        return asker.page(
            "status",
            who,
            entitled=_entitled(session, who),
            used=_used(session, who),
            ends=_ends(session, who),
            applications=_applications(session, who),
            bill_href=url_for("web.mine_bill"),
        )


def _entitled(session: Session, who: Asker) -> str:
    """Say what the next meal on offer would cost and what is given to it: amounts, for that is what one feels."""
    slot = next(iter(slots.open_slots(session, who, 1)), None)
    if slot is None or who.canteen is None:
        return str(asker.words()["status"]["no_menu"])
    dish = max(slot.view.items, key=lambda item: item.price_fen)
    meal = subsidy.MealToPrice(
        service_date=slot.day, meal=slot.meal, mode="dine_in", price_fen=dish.price_fen, delivery_fee_fen=0,
        ordered_at=who.at, ordered_in_time=True, diet="",
    )  # fmt: skip
    person = seniors.person_by_id(session, person_id=who.person.person_id)
    canteen = places.canteen_by_id(session, canteen_id=who.canteen.canteen_id)
    quote = subsidy.price(session, person=person, canteen=canteen, meal=meal).quote
    facts = {"day": asker.near_day(slot.day, who.today), "meal": asker.meal_name(slot.meal), "dish": dish.name}
    return say("status.example", **facts) + subsidy.spoken(quote)


def _used(session: Session, who: Asker) -> str:
    first = who.today.replace(day=1)
    whole = checkin.eaten(session, person_id=who.person.person_id, first=first, last=who.today)
    if not whole.count:
        return str(asker.words()["status"]["used_none"])
    return say("status.used", count=whole.count, given=spoken_yuan(whole.given_fen))


def _ends(session: Session, who: Asker) -> list[dict[str, str]]:
    """List the categories that hold, until when, and what to bring where the end is near."""
    soon = {
        (one.category, one.ends_on)
        for one in eligibility.expiring(session, on=who.today, person_ids=[who.person.person_id])
    }
    held = seniors.facts_on(session, person_id=who.person.person_id, day=who.today)
    return [
        {
            "name": _category(session, fact.value),
            "until": _until(fact.valid_until),
            "bring": say("status.bring_again") if (fact.value, fact.valid_until) in soon else "",
        }
        for fact in held
        if fact.kind == "category"
    ]


def _until(valid_until: date | None) -> str:
    """Say the last day; a stretch is kept half open."""
    if valid_until is None:
        return str(asker.words()["status"]["no_end"])
    last = date.fromordinal(valid_until.toordinal() - 1)
    return say("status.until", year=last.year, month=last.month, day=last.day)


def _applications(session: Session, who: Asker) -> list[dict[str, Any]]:
    shown = eligibility.of_people(session, person_ids=[who.person.person_id], on=who.today)[:_SHOWN]
    return [
        {
            "name": _category(session, one.category),
            "state": say(f"application.{one.state}", day=_day(one.due_on)),
            "bring": say("status.bring", papers=one.to_bring) if one.to_bring else "",
        }
        for one in shown
    ]


def _day(day: date | None) -> str:
    return say("status.day", month=day.month, day=day.day) if day else ""


def _category(session: Session, code: str) -> str:
    if code == eligibility.UNSURE:
        return str(asker.words()["status"]["unsure"])
    kind = subsidy.dated_register(session).names.kinds.get(code)
    return kind.name if kind else code
