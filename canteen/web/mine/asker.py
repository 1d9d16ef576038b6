"""Know who asks and for whom, and say things on the pages of seniors."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import make_response, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Denied
from canteen.http import errors, followers
from canteen.http import words as sayings
from canteen.http.current import house
from canteen.web.spoken import time_of_day

CHANNEL = "wechat"
_WEEKDAYS = "一二三四五六日"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Asker:
    """Hold whose telephone it is, whom it may act for, and whom this page is for."""

    account: str
    people: list[seniors.Acting]
    person: seniors.Acting
    canteen: orders.Timetable | None
    at: datetime

    @property
    def today(self) -> date:
        """Return the day in China."""
        return clock.service_day(self.at)

    @property
    def phone(self) -> str:
        """Return the telephone of the canteen, or nothing."""
        return self.canteen.phone if self.canteen else ""


@cache
def words() -> dict[str, Any]:
    """Return what these pages say."""
    return tomllib.loads((Path(__file__).parent.parent / "mine.toml").read_text(encoding="utf-8"))


def say(name: str, /, **facts: object) -> str:
    """Fill a sentence such as ``orders.sure``."""
    group, _, key = name.partition(".")
    return str(words()[group][key].format(**facts))


def here(session: Session, person_ref: str = "") -> Asker:
    """Return who asks, for the person named or chosen last; ``access.not_bound`` where the account may act for none."""
    account, at = followers.account(), clock.now()
    people = seniors.people_of_account(session, account=account)
    if not people:
        raise Denied("access.not_bound")
    if person_ref and not any(one.ref == person_ref for one in people):
        raise Denied("access.not_bound")
    wanted = person_ref or followers.chosen()
    person = next((one for one in people if one.ref == wanted), people[0])
    canteen_id = person.home_canteen_id or _last_canteen(session, person)
    canteen = orders.timetable(session, canteen_id=canteen_id) if canteen_id else None
    return Asker(account, people, person, canteen, at)


def _last_canteen(session: Session, person: seniors.Acting) -> int | None:
    last = orders.latest(session, person_id=person.person_id)
    return last.canteen_id if last else None


def page(template: str, asker: Asker, **context: Any) -> str:
    """Render a page with who asks and for whom in its head."""
    return render_template(f"mine/{template}.html", **head(asker), **context)


def head(asker: Asker) -> dict[str, Any]:
    """Return what every page shows: for whom it is, the canteen, its telephone, and the way to another person."""
    person = asker.person
    called = person.relation if person.relation and not person.is_self else ""
    for_whom = say("head.other", name=person.name, called=called) if called else say("head.named", name=person.name)
    return {
        "name": person.name,
        "for_whom": say("head.self", name=person.name) if person.is_self else for_whom,
        "canteen": asker.canteen.name if asker.canteen else "",
        "phone": asker.phone,
        "home_href": url_for("web.mine"),
        "whom_href": url_for("web.mine_whom") if len(asker.people) > 1 else None,
    }


def spoken(view: View) -> View:
    """Say a refusal on a page of this kind, with the next possible step."""

    @wraps(view)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except CanteenError as refusal:
            if errors.status_of(refusal) == 401 or errors.wants_problem():
                raise
            return _refusal_page(refusal)

    return cast("View", told)


def refusal(error: CanteenError) -> str:
    """Say a refusal as one says it to an old person."""
    template = words()["refusals"].get(error.code)
    if template is None:
        return sayings.refusal(error.code, error.params)
    facts = {name: _value(name, value) for name, value in error.params.items()}
    return str(template.format_map(facts))


def _value(name: str, value: object) -> str:
    return time_of(value) if isinstance(value, datetime) else sayings.value(name, value)


def _refusal_page(error: CanteenError) -> BaseResponse:
    status = errors.status_of(error)
    if error.code == "access.not_bound":
        return stranger_page(words()["door"]["access.not_bound"], status, None)
    with house().database.reading(EVERYWHERE) as session:
        asker = here(session)
    way = {"label": words()["refused"]["on"], "href": url_for("web.mine_pick")}
    way = (
        way if error.code.startswith("orders.") else {"label": words()["refused"]["home"], "href": url_for("web.mine")}
    )
    return make_response(
        page("said", asker, title=words()["refused"]["title"], sentence=refusal(error), way=way, undo=None), status
    )


def stranger_page(said: Mapping[str, str], status: int, way: Mapping[str, str] | None) -> BaseResponse:
    """Say something to somebody whom we do not know."""
    shown = render_template(
        "errors/senior.html", title=said["title"], sentence=said["sentence"], incident=None, way=way
    )
    return make_response(shown, status)


def near_day(day: date, today: date) -> str:
    """Name a day as one says it: 今天, 明天, 后天, else 12月3号星期四."""
    away = (day - today).days
    near = words()["days"]["near"]
    if 0 <= away < len(near):
        return str(near[away])
    return say("days.far", month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()])


def dated(day: date, today: date, said: str) -> str:
    """Put the date before what is said of a day that was named by 今天 or 明天 only, so that nobody errs."""
    far = say("days.far", month=day.month, day=day.day, weekday=_WEEKDAYS[day.weekday()])
    return said if near_day(day, today) == far else "，".join(filter(None, (far, said)))


def time_of(at: datetime) -> str:
    """Say the time of day of an instant in China."""
    local = at.astimezone(clock.CHINA)
    return time_of_day(local.hour * 60 + local.minute)


def moment(at: datetime, today: date) -> str:
    """Say a time with its day, where that is not today."""
    day = clock.service_day(at)
    return time_of(at) if day == today else near_day(day, today) + time_of(at)


def meal_name(meal: str) -> str:
    """Name a meal of the day."""
    return sayings.value("meal", meal)
