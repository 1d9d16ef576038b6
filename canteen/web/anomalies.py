"""Work what the rules found: cases with the meals behind them, how often each rule is right, its thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import anomalies as odd
from canteen import places, tables
from canteen.anomalies import CaseView, RuleThresholds
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Denied
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, overview_page
from canteen.web.policy_words import is_within
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

_TONES = {"open": "warn", "asked": "info", "explained": "ok", "confirmed": "bad", "reopened": "warn"}
_MOST = 120


def add_to(blueprint: Blueprint) -> None:
    """Add the list of cases, the page of one, and what is sent from them."""
    blueprint.get("/accounting/anomalies")(anomalies)
    blueprint.post("/accounting/anomalies/search")(search_anomalies)
    blueprint.post("/accounting/anomalies/thresholds")(state_thresholds)
    blueprint.get("/accounting/anomalies/<ref>")(anomaly)
    blueprint.post("/accounting/anomalies/<ref>")(step_anomaly)


@audience("statements.read")
def anomalies() -> str:
    """List the cases, open ones first, and the rules with their precision and thresholds."""
    with house().database.reading(actor().scope) as session:
        canteens = {one.id: one for one in overview_page.canteens(session)}
        found = odd.cases(session, canteen_ids=canteens)
        rows = [_case(one, canteens) for one in sorted(found, key=lambda one: one.state in ("explained", "confirmed"))]
        rules = _rules(session, canteens)
    said, may = words()["anomalies"], actor().may("statements.freeze")
    again = form(url_for("web.search_anomalies"), said["search"], []) if may else None
    panels = [panel(said["cases"], said["cases_heads"], rows, empty=said["cases_empty"], form=again), rules]
    return page("anomalies", panels)


@audience("meals.read")
def anomaly(ref: str) -> str:
    """Show a case: the meals behind it, what was done, and the next step."""
    with house().database.reading(actor().scope) as session:
        view = odd.case(session, ref=ref)
        canteen = places.canteen_by_id(session, canteen_id=view.finding.canteen_id)
        said, names = words()["anomaly"], _names(session)
        meals = [_meal(one) for one in _meals(session, view)]
        steps = [
            row(cell(said["states"][one.step], tone=_TONES[one.step]),
                f"{one.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}",
                names.get(one.actor.removeprefix("staff:"), one.actor), one.note)
            for one in view.steps
        ]  # fmt: skip
        rule = odd.shipped_thresholds()[view.finding.rule].name
        told = {"rule": rule, "canteen": canteen.name, "day": view.finding.day.isoformat()}
    acts = _acts(view)
    state = cell(said["states"][view.state], tone=_TONES[view.state])
    steps.append(row(state, "", "", said["next"], acts=acts))
    remark = said["stake"].format(count=len(meals), amount=grouped_yuan(view.finding.amount_fen))
    panels = [
        panel(said["steps"], said["steps_heads"], steps, empty=""),
        panel(said["meals"], said["meals_heads"], meals, empty="", remark=remark),
    ]
    ways = [{"label": words()["anomalies"]["heading"], "href": url_for("web.anomalies")}]
    return page("anomaly", panels, ways=ways, **told)


@audience("statements.freeze")
@forms.shown_again(anomalies)
def search_anomalies() -> BaseResponse:
    """Look at the last week now."""
    with house().database.transaction(actor().scope) as session:
        canteen_ids = [one.id for one in overview_page.canteens(session)]
        count = odd.search(session, canteen_ids=canteen_ids, on=clock.today(), at=clock.now())
    tell("anomalies_found", count=count)
    return redirect(url_for("web.anomalies"), 303)


@audience("statements.question")
@forms.shown_again(anomaly)
def step_anomaly(ref: str) -> BaseResponse:
    """Work a case: ask, explain, confirm, or open again."""
    step = forms.chosen("step", ("asked", "explained", "confirmed", "reopened"))
    with house().database.transaction(actor().scope) as session:
        odd.take_step(session, ref=ref, step=step, note=forms.typed("note"), actor=forms.me(), at=clock.now())
    tell("anomaly_worked")
    return redirect(url_for("web.anomaly", ref=ref), 303)


@audience("policies.publish")
@forms.shown_again(anomalies)
def state_thresholds() -> BaseResponse:
    """State a region's thresholds of a rule, or turn it off."""
    region, rule = forms.needed("region"), forms.chosen("rule", odd.RULES)
    shipped = odd.shipped_thresholds()[rule].limits
    limits = {name: forms.number(f"limit_{name}", most=1_000_000) for name in shipped}
    with house().database.transaction(actor().scope) as session:
        if not is_within(scope_of(session), region):
            raise Denied("office.outside_scope", region=region)
        odd.state_thresholds(
            session, region_code=region, rule=rule, limits=limits, is_on=forms.typed("is_on") != "off",
            reason=forms.typed("reason"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    tell("thresholds_stated")
    return redirect(url_for("web.anomalies"), 303)


def _case(one: CaseView, canteens: Mapping[int, places.Canteen]) -> dict[str, Any]:
    said, found = words()["anomaly"]["states"], one.finding
    return row(
        cell(found.ref, href=url_for("web.anomaly", ref=found.ref)), odd.shipped_thresholds()[found.rule].name,
        canteens[found.canteen_id].name, found.day.isoformat(), cell(str(len(found.refs)), "n"),
        cell(grouped_yuan(found.amount_fen), "n"), cell(said[one.state], tone=_TONES[one.state]),
    )  # fmt: skip


def _rules(session: Session, canteens: Mapping[int, places.Canteen]) -> dict[str, Any]:
    said, did = words()["anomalies"], {one.rule: one for one in odd.precisions(session, canteen_ids=canteens)}
    regions = sorted({one.region_code for one in canteens.values()})
    region = f"{regions[0][:6]}000000" if regions else ""
    held = odd.thresholds(session, region_code=region) if region else odd.shipped_thresholds()
    may = bool(region) and actor().may("policies.publish") and is_within(scope_of(session), region)
    rows = []
    for rule, one in held.items():
        done = did.get(rule)
        percent = "—" if done is None or done.percent is None else f"{done.percent}%"
        limits = "，".join(f"{said['limits'][name]} {value}" for name, value in one.limits.items())
        state = cell(said["on"], tone="ok") if one.is_on else cell(said["off"], tone="warn")
        rows.append(
            row(one.name, cell(limits, "wide"), cell(str(done.found if done else 0), "n"), cell(percent, "n"), state,
                acts=[_set(one, region)] if may else [])
        )  # fmt: skip
    name = places.region(session, code=region).name if region else ""
    return panel(said["rules"].format(region=name), said["rules_heads"], rows, empty="", remark=said["rules_remark"])


def _set(one: RuleThresholds, region: str) -> dict[str, Any]:
    said = words()["anomalies"]
    fields = [
        {**entry("limit", value=str(value)), "name": f"limit_{name}", "label": said["limits"][name]}
        for name, value in one.limits.items()
    ]
    fields.append(
        entry("is_on", options=[("on", said["on"]), ("off", said["off"])], value="on" if one.is_on else "off")
    )
    fields.append(entry("reason"))
    return act("set_thresholds", url_for("web.state_thresholds"), fields, region=region, rule=one.rule)


def _acts(view: CaseView) -> list[dict[str, Any]]:
    if not actor().may("statements.question"):
        return []
    at, ref = url_for("web.step_anomaly", ref=view.finding.ref), view.finding.ref
    made = [
        act(f"case_{step}", at, [entry("note")], danger=step == "confirmed", step=step)
        for step in dict.fromkeys(odd.FOLLOWS[view.state])
    ]
    if view.state == "confirmed" and actor().may("statements.approve") and len(view.finding.refs) <= _MOST:
        fields = [entry("document"), entry("penalty", required=False)]
        meals = "、".join(view.finding.refs)
        made.append(act("claw_back", url_for("web.prepare_clawback"), fields, meals=meals, reason=ref))
    return made


def _meals(session: Session, view: CaseView) -> list[Any]:
    meal = tables.checkin.Redemption
    wanted = select(meal).where(meal.ref.in_(view.finding.refs[:1000])).order_by(meal.happened_at)
    return list(session.scalars(wanted))


def _meal(one: Any) -> dict[str, Any]:
    at = one.happened_at.astimezone(clock.CHINA)
    means = words()["anomaly"]["means"][one.means]
    return row(
        cell(one.ref, href=url_for("web.meal", ref=one.ref)), f"{at:%m-%d %H:%M:%S}", means,
        cell(grouped_yuan(one.subsidy_fen), "n"), cell(grouped_yuan(one.own_fen), "n"),
    )  # fmt: skip


def _names(session: Session) -> dict[str, str]:
    staff = tables.access.Staff
    return {row.ref: row.name for row in session.execute(select(staff.ref, staff.name))}
