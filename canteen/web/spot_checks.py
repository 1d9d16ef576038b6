"""Ask by telephone about meals that chance picked, and show the error rate with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import anomalies as odd
from canteen import places
from canteen.anomalies import Call, Estimate
from canteen.foundation import clock
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

_TONES = {"": "warn", "right": "ok", "wrong": "bad", "unclear": "info", "unreached": ""}


def add_to(blueprint: Blueprint) -> None:
    """Add the list of samples, the page of one, and what is sent from them."""
    at = "/accounting/spot-checks"
    blueprint.get(at)(spot_checks)
    blueprint.post(at)(draw_spot_check)
    blueprint.get(f"{at}/<ref>")(spot_check)
    blueprint.post(f"{at}/<ref>")(answer_spot_check)


@audience("statements.read")
def spot_checks() -> str:
    """List the samples with their rates, and offer to draw another."""
    with house().database.reading(actor().scope) as session:
        rows = []
        for sample in odd.samples(session):
            _, calls = odd.calls(session, ref=sample.ref)
            found = odd.estimate(calls)
            rows.append(
                row(cell(sample.ref, href=url_for("web.spot_check", ref=sample.ref)),
                    f"{sample.first_day}—{sample.until_day - timedelta(days=1)}", sample.seed,
                    cell(str(sample.population), "n"), cell(str(found.drawn), "n"),
                    cell(str(found.right + found.wrong), "n"), cell(_rate(found), "n"))
            )  # fmt: skip
    said = words()["spot_checks"]
    fields = [entry("first", kind="date"), entry("last", kind="date"), entry("seed"), entry("size", value="30")]
    new = form(url_for("web.draw_spot_check"), said["draw"], fields) if actor().may("statements.question") else None
    return page("spot_checks", [panel(said["samples"], said["heads"], rows, empty=said["empty"], form=new)])


@audience("meals.read")
def spot_check(ref: str) -> str:
    """Show the meals of a sample, what was answered, and what the rate is by now."""
    with house().database.reading(actor().scope) as session:
        sample, calls = odd.calls(session, ref=ref)
        canteens = {one.id: one for one in overview_page.canteens(session)}
        found = odd.estimate(calls)
    said = words()["spot_check"]
    rows = [_call(ref, one, canteens) for one in sorted(calls, key=lambda one: bool(one.answer))]
    remark = said["remark"].format(
        judged=found.right + found.wrong, wrong=found.wrong, rate=_percent(found.rate), low=_percent(found.low),
        high=_percent(found.high),
    )  # fmt: skip
    ways = [{"label": words()["spot_checks"]["heading"], "href": url_for("web.spot_checks")}]
    days = f"{sample.first_day}—{sample.until_day - timedelta(days=1)}"
    panels = [panel(said["meals"], said["heads"], rows, empty="", remark=remark)]
    return page("spot_check", panels, ways=ways, ref=ref, days=days, seed=sample.seed)


@audience("statements.question")
@forms.shown_again(spot_checks)
def draw_spot_check() -> BaseResponse:
    """Draw a sample of days that are over."""
    first, last = forms.needed_day("first"), forms.needed_day("last")
    with house().database.transaction(actor().scope) as session:
        canteen_ids = [one.id for one in overview_page.canteens(session)]
        ref = odd.draw_sample(
            session, canteen_ids=canteen_ids, first=first, until=last + timedelta(days=1), seed=forms.typed("seed"),
            size=forms.number("size", most=odd.MOST), actor=forms.me(), at=clock.now(),
        ).ref  # fmt: skip
    return redirect(url_for("web.spot_check", ref=ref), 303)


@audience("statements.question")
@forms.shown_again(spot_check)
def answer_spot_check(ref: str) -> BaseResponse:
    """Keep what somebody said on the telephone."""
    with house().database.transaction(actor().scope) as session:
        odd.answer_call(
            session, ref=ref, redemption_ref=forms.needed("meal"), answer=forms.chosen("answer", odd.ANSWERS),
            note=forms.typed("note"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    tell("spot_check_answered")
    return redirect(url_for("web.spot_check", ref=ref), 303)


def _call(ref: str, one: Call, canteens: Mapping[int, places.Canteen]) -> dict[str, Any]:
    said = words()["spot_check"]["answers"]
    at = url_for("web.answer_spot_check", ref=ref)
    acts = [
        act(f"spot_{name}", at, [entry("note", required=name in ("wrong", "unclear"))], danger=name == "wrong",
            answer=name, meal=one.redemption_ref)
        for name in odd.ANSWERS
        if not one.answer and actor().may("statements.question")
    ]  # fmt: skip
    return row(
        cell(one.redemption_ref, href=url_for("web.meal", ref=one.redemption_ref)), canteens[one.canteen_id].name,
        one.service_date.isoformat(), cell(said[one.answer or "open"], tone=_TONES[one.answer]), cell(one.note, "wide"),
        acts=acts,
    )  # fmt: skip


def _rate(found: Estimate) -> str:
    return f"{_percent(found.rate)}（{_percent(found.low)}—{_percent(found.high)}）"


def _percent(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}%"
