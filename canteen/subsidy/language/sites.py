"""Read money to a site: per year, month or day, or once."""

from __future__ import annotations

from fractions import Fraction

from canteen.subsidy.language.conditions import read_condition
from canteen.subsidy.language.funding import read_payers
from canteen.subsidy.language.marked import Entry, each
from canteen.subsidy.language.scope import Scope
from canteen.subsidy.policy import SiteGrant

_PAYS = ("flat", "per_head", "by_headcount", "by_grade", "percent_of_cost")
_PART = ("by_month", "by_day", "full", "nothing")


def read_grant(entry: Entry, scope: Scope) -> SiteGrant:
    """Read one grant; for a part of a period it states its own rule."""
    fields = entry.fields(
        ("id", "per", "who", "gets", "paid_in", "paid_by"),
        ("name", "opening", "closing", "version_part", "years", "year_starts", "paragraph", "awards_at_most"),
    )
    per = fields["per"].choice(("year", "month", "day", "once"))
    if per in {"year", "month"}:
        entry.fields(("opening", "closing"), tuple(fields))
    gets = fields["gets"].fields((), (*_PAYS, "ceiling", "times_rating", "times_grade", "tiers"))
    if not any(name in gets for name in _PAYS):
        raise fields["gets"].refuse("one_of", options=", ".join(_PAYS))
    if "tiers" in gets and "by_headcount" not in gets:
        raise gets["tiers"].refuse("only_with", name="tiers", found="by_headcount")
    first, last = _years(fields)
    grant_id = fields["id"].text()
    return SiteGrant(
        id=grant_id,
        name=fields["name"].text() if "name" in fields else grant_id,
        per=per,
        who=read_condition(fields["who"], scope),
        flat_fen=gets["flat"].fen() if "flat" in gets else None,
        per_head_fen=gets["per_head"].fen() if "per_head" in gets else None,
        by_headcount=each(gets["by_headcount"].items(), _step) if "by_headcount" in gets else (),
        by_grade=tuple((k, v.fen()) for k, v in gets["by_grade"].pairs().items()) if "by_grade" in gets else (),
        percent_of_cost=gets["percent_of_cost"].percent() if "percent_of_cost" in gets else None,
        ceiling_fen=gets["ceiling"].fen() if "ceiling" in gets else None,
        rating=_rating(gets["times_rating"]) if "times_rating" in gets else None,
        opening=fields["opening"].choice(_PART) if "opening" in fields else "full",
        closing=fields["closing"].choice(_PART) if "closing" in fields else "full",
        paid_in=fields["paid_in"].choice(("same_year", "following_year")),
        payers=read_payers(fields["paid_by"], scope),
        first_year=first,
        last_year=last,
        year_starts=fields["year_starts"].month_and_day() if "year_starts" in fields else (1, 1),
        paragraph=fields["paragraph"].text() if "paragraph" in fields else "",
        times_grade=_factors(gets["times_grade"]) if "times_grade" in gets else (),
        version_part=fields["version_part"].choice(_PART) if "version_part" in fields else "full",
        tiers_add_up="tiers" in gets and gets["tiers"].choice(("highest", "add_up")) == "add_up",
        awards_at_most=fields["awards_at_most"].positive() if "awards_at_most" in fields else None,
    )


def _step(entry: Entry) -> tuple[int, int, bool]:
    fields = entry.fields(("from",), ("pays", "per_head"))
    if ("pays" in fields) == ("per_head" in fields):
        raise entry.refuse("one_of", options="pays, per_head")
    each_head = "per_head" in fields
    return fields["from"].whole(), fields["per_head" if each_head else "pays"].fen(), each_head


def _factors(entry: Entry) -> tuple[tuple[str, Fraction], ...]:
    return tuple((grade, factor.fraction()) for grade, factor in entry.pairs().items())


def _rating(entry: Entry) -> tuple[int, int]:
    fields = entry.fields(("from", "to"))
    lowest, highest = (fields[name].fraction() * 100 for name in ("from", "to"))
    if lowest > highest:
        raise entry.refuse("empty_range")
    return _percent(fields["from"], lowest), _percent(fields["to"], highest)


def _percent(entry: Entry, number: Fraction) -> int:
    if number.denominator != 1:
        raise entry.refuse("whole_number_expected", found=entry.text())
    return int(number)


def _years(fields: dict[str, Entry]) -> tuple[int | None, int | None]:
    if "years" not in fields:
        return None, None
    entry = fields["years"]
    first, dash, last = entry.text().partition("-")
    if not first.isdecimal() or (dash and last and not last.isdecimal()):
        raise entry.refuse("years_expected", found=entry.text())
    return int(first), int(last) if last else (None if dash else int(first))
