"""Show what somebody ate and paid in a month, each meal with the sentence of why it cost that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request, url_for

from canteen import checkin, ledger, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.money import spoken_yuan
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.web.mine import asker
from canteen.web.mine.asker import Asker, say


def add_to(blueprint: Blueprint) -> None:
    """Add the bill."""
    blueprint.get("/mine/bill")(mine_bill)


@audience(FOLLOWER)
@asker.spoken
def mine_bill() -> str:
    """Show this month's meals, or the last month's."""
    is_before = request.args.get("month") == "last"
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        first, last = _month(who.today, is_before=is_before)
        person_id = who.person.person_id
        whole = checkin.eaten(session, person_id=person_id, first=first, last=last)
        meals = checkin.meals_eaten(session, person_id=person_id, first=first, last=last)
        owed = ledger.on_tab(session, person_ref=who.person.ref)
        return asker.page(
            "bill",
            who,
            title=say("bill.title", month=first.month),
            sum=_sum(whole),
            own=say("order.own", own=spoken_yuan(whole.own_fen)),
            tab=say("bill.tab", owed=spoken_yuan(owed)) if owed > 0 else say("bill.no_tab"),
            meals=[_line(who, one) for one in meals],
            other={
                "label": say("bill.this" if is_before else "bill.last"),
                "href": url_for("web.mine_bill") if is_before else url_for("web.mine_bill", month="last"),
            },
        )


def _month(today: date, *, is_before: bool) -> tuple[date, date]:
    first = today.replace(day=1)
    if not is_before:
        return first, today
    last = first - timedelta(days=1)
    return last.replace(day=1), last


def _sum(whole: checkin.Eaten) -> str:
    if not whole.count:
        return str(asker.words()["bill"]["none"])
    given = say("bill.given", given=spoken_yuan(whole.given_fen)) if whole.given_fen else ""
    return say("bill.sum", count=whole.count, price=spoken_yuan(whole.price_fen), given=given)


def _line(who: Asker, one: checkin.MealEaten) -> dict[str, Any]:
    quote = subsidy.Quote.from_json(one.trace)
    day = asker.near_day(one.service_date, who.today)
    return {
        "title": say("bill.meal", day=day, meal=asker.meal_name(one.meal)),
        "own": say("order.own", own=spoken_yuan(one.own_fen)) if one.own_fen else say("order.free"),
        "why": subsidy.why(quote)[:-1],
    }
