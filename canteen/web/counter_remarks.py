"""Show what a manager should look at: trays without a code, odd scans without network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin
from canteen.foundation import clock
from canteen.foundation.clock import CHINA
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import frame, place

_SPANS = {"1": 1, "7": 7, "31": 31}


def add_to(blueprint: Blueprint) -> None:
    """Add the list."""
    blueprint.get("/counter/remarks")(counter_remarks)


@audience("counter.correct")
def counter_remarks() -> str | BaseResponse:
    """List the anomalies of the last days, with what there is to do about each kind."""
    asked = request.args.get("days", "7")
    days, last = _SPANS.get(asked, 7), clock.today()
    first = last - timedelta(days=days - 1)
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        counts = checkin.anomaly_counts(session, canteen_id=canteen.id, first=first, last=last)
        found = checkin.anomalies(session, canteen_id=canteen.id, first=first, last=last)
        return render_template(
            "counter/remarks.html",
            canteen=canteen.name,
            spans=[
                {"days": n, "href": url_for("web.counter_remarks", days=n), "active": n == days}
                for n in _SPANS.values()
            ],
            kinds=[_kind(kind, count) for kind, count in sorted(counts.items(), key=lambda pair: -pair[1])],
            rows=[_row(one) for one in found],
        )


def _kind(kind: str, count: int) -> dict[str, Any]:
    said = frame.words()["anomalies"]
    return {"label": said["kinds"][kind], "count": count, "todo": said["todo"][kind]}


def _row(one: checkin.Anomaly) -> dict[str, Any]:
    said = frame.words()["anomalies"]
    at = one.happened_at.astimezone(CHINA) if one.happened_at else None
    return {
        "label": said["kinds"][one.kind],
        "day": f"{one.service_date.month} 月 {one.service_date.day} 日",
        "time": f"{at:%H:%M}" if at else "",
        "meal": words.value("meal", one.meal) if one.meal else "",
        "name": one.person_masked,
        "amount": said["amount"].format(yuan=spoken_yuan(one.amount_fen)) if one.amount_fen else "",
        "note": _note(one.note),
        "meal_href": url_for("web.meal", ref=one.redemption_ref) if one.redemption_ref else None,
    }


def _note(note: str) -> str:
    said = frame.words()
    return said["anomalies"]["by_name"] if note == "by_name" else str(said["by_hand"].get(note, note))
