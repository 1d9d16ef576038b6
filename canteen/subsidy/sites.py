"""Work out the money a site gets for a period: flat, by heads, by grade, by cost; part of a year pro rata."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from canteen.subsidy.amounts import rounded
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.conditions import failing
from canteen.subsidy.funding import fund, merged
from canteen.subsidy.policy import Policy, PolicyVersion, SiteGrant
from canteen.subsidy.quotes import Parts, Step
from canteen.subsidy.register import register_of
from canteen.subsidy.situation import ONE_DAY, Situation, situation_of
from canteen.subsidy.trace import seen
from canteen.subsidy.values import Facts, Meal, Site

_NO_CALENDAR = Calendar()
_NO_REGISTER = register_of(())


@dataclass(frozen=True, slots=True)
class GrantLine:
    """Hold one grant due to a site for one period, and the year in which it is paid."""

    grant: str
    name: str
    fen: int
    split: Parts
    first_day: date
    last_day: date
    paid_in_year: int


@dataclass(frozen=True, slots=True)
class SiteMoney:
    """Hold all money due to a site for a period, with the rules that were tried."""

    policy: str
    version: str
    document: str
    fen: int
    split: Parts
    lines: tuple[GrantLine, ...]
    trace: tuple[Step, ...]


def site_money(
    version: PolicyVersion, site: Site, year: int, *, month: int | None = None, day: date | None = None
) -> SiteMoney:
    """Work out what a site gets under one version for a year, for one month of it or for one day.

    Grants of other periods than the one asked for are left out; one-off grants belong to the year in
    which the site opened.
    """
    return _summed(version, version.site_money, site, (year, month, day))


def money_to_site(
    policy: Policy, site: Site, year: int, *, month: int | None = None, day: date | None = None
) -> SiteMoney | None:
    """Work out what a site gets under a policy, also where one version follows another within the period.

    Then the later version pays, but for grants that each version pays for its own part (``version_part``), and for
    one-off grants, which follow the version of the opening. None where no version holds in the period.
    """
    first, last = _asked(year, month, day)
    holding = [one for one in policy.versions if _overlaps(one, first, last)]
    if not holding:
        return None
    parts = []
    for version in holding:
        grants = [grant for grant in version.site_money if _pays(version, grant, site, is_last=version is holding[-1])]
        parts.append(_summed(version, grants, site, (year, month, day)))
    lines = tuple(line for part in parts for line in part.lines)
    return replace(
        parts[-1], fen=sum(part.fen for part in parts), split=merged(*[part.split for part in parts]), lines=lines,
        trace=tuple(step for part in parts for step in part.trace),
    )  # fmt: skip


def _asked(year: int, month: int | None, day: date | None) -> tuple[date, date]:
    if day is not None:
        return day, day
    if month is not None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def _overlaps(version: PolicyVersion, first: date, last: date) -> bool:
    return version.valid_from <= last and (version.valid_until is None or version.valid_until > first)


def _pays(version: PolicyVersion, grant: SiteGrant, site: Site, *, is_last: bool) -> bool:
    if grant.per == "once" and site.opened_on is not None:
        return version.in_force(site.opened_on)
    return is_last or grant.version_part in {"by_month", "by_day"}


def _summed(
    version: PolicyVersion, grants: Sequence[SiteGrant], site: Site, asked: tuple[int, int | None, date | None]
) -> SiteMoney:
    _, month, day = asked
    per = "day" if day is not None else "year" if month is None else "month"
    lines, steps = [], list[Step]()
    for grant in grants:
        if grant.per == per or (grant.per == "once" and per == "year"):
            line = _line(version, grant, site, _period(grant, *asked), steps)
            if line is not None:
                lines.append(line)
    return SiteMoney(
        version.policy, version.version, version.document, sum(line.fen for line in lines),
        merged(*[line.split for line in lines]), tuple(lines), tuple(steps),
    )  # fmt: skip


def _period(grant: SiteGrant, year: int, month: int | None, day: date | None) -> tuple[date, date]:
    if day is not None or month is not None:
        return _asked(year, month, day)
    first = date(year, *grant.year_starts)
    return first, date(year + 1, *grant.year_starts) - ONE_DAY


def _line(
    version: PolicyVersion, grant: SiteGrant, site: Site, period: tuple[date, date], steps: list[Step]
) -> GrantLine | None:
    first, last = period
    rule = f"site/{grant.id}"
    if not _in_time(version, grant, period):
        steps.append(Step(rule, False, (("period", f"{first}/{last}"),), "", grant.paragraph))
        return None
    s = _situation(version, site, last if grant.per != "day" else first)
    lacking = failing(grant.who, s)
    if lacking is not None:
        needs = ((lacking.name, lacking.seen(s)), ("needs", lacking.needs))
        steps.append(Step(rule, False, needs, "", grant.paragraph))
        return None
    if _awards_spent(grant, site):
        counted = (("awards_before", str(_awards(grant, site))), ("at_most", str(grant.awards_at_most)))
        steps.append(Step(f"{rule}/awards", False, counted, "", grant.paragraph))
        return None
    share = _share(version, grant, site, period)
    fen = max(0, rounded(_amount(grant, site) * share, version.answers.rounding))
    facts = (*seen(grant.who, s), ("share_of_period", str(share)), ("due", str(fen)))
    steps.append(Step(rule, fen > 0, facts, "", grant.paragraph))
    if fen == 0:
        return None
    split = fund(fen, grant.payers, s)
    paid_in = first.year + (1 if grant.paid_in == "following_year" else 0)
    return GrantLine(grant.id, grant.name, sum(part for _, part in split), split, first, last, paid_in)


def _awards_spent(grant: SiteGrant, site: Site) -> bool:
    return grant.awards_at_most is not None and _awards(grant, site) >= grant.awards_at_most


def _awards(grant: SiteGrant, site: Site) -> int:
    """Count the awards of this grant that other sites were given before in the same year."""
    return dict(site.awards_before).get(grant.id, 0)


def _in_time(version: PolicyVersion, grant: SiteGrant, period: tuple[date, date]) -> bool:
    first, last = period
    if version.valid_from > last or (version.valid_until is not None and version.valid_until <= first):
        return False
    not_before = grant.first_year is None or first.year >= grant.first_year
    return not_before and (grant.last_year is None or first.year <= grant.last_year)


def _situation(version: PolicyVersion, site: Site, on: date) -> Situation:
    meal = Meal(on, "", "dine_in", 0, canteen=site.place, key=f"{site.area}|{on}", site=site)
    return situation_of(
        Facts(""), meal, answers=version.answers, calendar=_NO_CALENDAR, register=_NO_REGISTER,
        standard_set_fen=None,
    )  # fmt: skip


def _amount(grant: SiteGrant, site: Site) -> Fraction:
    """Add up a whole period's grant, with its ceiling and multiplier."""
    total = Fraction(grant.flat_fen or 0)
    if grant.per_head_fen is not None:
        total += grant.per_head_fen * (site.headcount or 0)
    total += _tier(grant, site.headcount or 0)
    total += dict(grant.by_grade).get(site.grade or "", 0)
    if grant.percent_of_cost is not None:
        total += grant.percent_of_cost * (site.cost_fen or 0)
    if grant.times_grade:
        total *= dict(grant.times_grade).get(site.grade or "", Fraction(0))
    if grant.rating is not None:
        lowest, highest = grant.rating
        total *= Fraction(min(max(site.rating_percent or lowest, lowest), highest), 100)
    return total if grant.ceiling_fen is None else min(total, Fraction(grant.ceiling_fen))


def _tier(grant: SiteGrant, headcount: int) -> int:
    """Find the highest tier that is reached, or add the tiers up, each for the heads that fall into it."""
    reached = sorted(step for step in grant.by_headcount if headcount >= step[0])
    if not reached:
        return 0
    if grant.tiers_add_up:
        tops = [step[0] - 1 for step in reached[1:]] + [headcount]
        heads = [top - max(first, 1) + 1 for (first, _, _), top in zip(reached, tops, strict=True)]
        return sum(fen * (count if each else 1) for (_, fen, each), count in zip(reached, heads, strict=True))
    _, fen, each_head = reached[-1]
    return fen * headcount if each_head else fen


def _share(version: PolicyVersion, grant: SiteGrant, site: Site, period: tuple[date, date]) -> Fraction:
    """Say which share counts for a site that opened or closed, or a policy that begins or ends, in the period."""
    first, last = period
    if grant.per == "once":
        opened = site.opened_on is None or first <= site.opened_on <= last
        return Fraction(1 if opened else 0)
    begun = ended = Fraction(0)
    if version.valid_from > first:
        begun = _missing(grant.version_part, period, first, version.valid_from)
    if site.opened_on is not None and site.opened_on > first:
        begun = max(begun, _missing(grant.opening, period, first, min(site.opened_on, last + ONE_DAY)))
    if version.valid_until is not None and version.valid_until <= last:
        ended = _missing(grant.version_part, period, version.valid_until, last + ONE_DAY)
    if site.closed_on is not None and site.closed_on <= last:
        ended = max(ended, _missing(grant.closing, period, max(site.closed_on, first), last + ONE_DAY))
    return max(Fraction(0), 1 - begun - ended)


def _missing(rule: str, period: tuple[date, date], start: date, until: date) -> Fraction:
    """Say which share of the period the days ``[start, until)`` take away.

    By month, a month with a single day of service counts as served.
    """
    first, last = period
    if rule == "by_day":
        return Fraction((until - start).days, (last - first).days + 1)
    whole = start <= first and until > last
    if rule == "by_month" and not whole:
        lost = (until.year - start.year) * 12 + until.month - start.month
        if start.day > 1:
            lost -= 1
        return Fraction(max(0, lost), 12) if (last - first).days > 31 else Fraction(0)
    return Fraction(0 if rule == "full" and not whole else 1)
