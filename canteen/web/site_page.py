"""Lay out the list of canteens and the page of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.money import spoken_yuan
from canteen.web import site_words
from canteen.web.site_words import words


def listed(session: Session, found: Sequence[places.Canteen], today: date) -> dict[str, Any]:
    """Return the context of the list."""
    return {
        "rows": [_row(session, one, today) for one in found],
        "new_href": url_for("web.new_site"),
        "operators_href": url_for("web.operators"),
        "regions_href": url_for("web.search_regions"),
    }


def of(session: Session, found: places.Canteen, today: date, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the page of a canteen; ``typed`` holds a form that has to be mended."""
    kitchen = _kitchen(session, found)
    held = {
        "name": found.name,
        "operator": found.operator.ref,
        "address": found.address,
        "phone": found.phone,
        "tender": found.default_tender,
        "kitchen": kitchen.ref if kitchen else "",
        "aliases": "、".join(found.aliases),
    }
    contract = places.contract_on(session, operator_id=found.operator_id, day=today)
    return {
        "facts": _facts(session, found, today, contract),
        "contract_warning": contract is None,
        "is_open": found.closed_on is None,
        "name": found.name,
        "status": _status(found, today),
        "values": held | {name: typed[name] for name in held if name in typed},
        "hours_values": typed,
        "hours": [_hours(one, today) for one in places.all_services(session, canteen_id=found.id)],
        "is_kitchen": found.kind == "central_kitchen",
        "crumbs": [
            {"label": words()["kinds"]["canteen"], "href": url_for("web.sites")},
            {"label": found.name, "href": None},
        ],
        "operator_href": url_for("web.operator", ref=found.operator.ref),
        "acts": {
            name: url_for(f"web.{name}", ref=found.ref)
            for name in ("change_site", "set_hours", "end_hours", "close_site")
        },
    }


def _row(session: Session, one: places.Canteen, today: date) -> dict[str, Any]:
    label, tone = _status(one, today)
    served = places.services(session, canteen_id=one.id, on=today)
    return {
        "name": one.name,
        "href": url_for("web.site", ref=one.ref),
        "kind": words()["kinds"][one.kind],
        "place": site_words.place_name(session, one.region_code),
        "operator": one.operator.name,
        "operator_href": url_for("web.operator", ref=one.operator.ref),
        "meals": "、".join(words()["meals"][meal] for meal in words()["meals"] if meal in served) or words()["none"],
        "status": label,
        "tone": tone,
    }


def _status(one: places.Canteen, today: date) -> tuple[str, str]:
    said = words()
    if one.closed_on is not None:
        return said["closed"].format(day=one.closed_on), "" if one.closed_on <= today else "warn"
    return (said["states"]["soon"], "info") if one.opened_on > today else (said["states"]["open"], "ok")


def _kitchen(session: Session, one: places.Canteen) -> places.Canteen | None:
    return places.canteen_by_id(session, canteen_id=one.supplied_by_id) if one.supplied_by_id else None


def _facts(
    session: Session, one: places.Canteen, today: date, contract: places.Contract | None
) -> list[tuple[str, str]]:
    said, kitchen = words(), _kitchen(session, one)
    ceiling = places.price_ceiling(session, canteen_id=one.id, on=today)
    facts = [
        ("编号", one.ref),
        ("类型", said["kinds"][one.kind]),
        ("地区", site_words.place_name(session, one.region_code)),
        ("开办", one.opened_on.isoformat()),
        ("运营单位", one.operator.name),
        (
            "合同",
            f"{contract.number}（{site_words.days(contract.valid_from, contract.valid_until)}）"
            if contract
            else said["none"],
        ),
        ("限价", site_words.ceiling(ceiling)),
    ]
    facts += [("供餐厨房", kitchen.name)] if kitchen else []
    facts += [("停办", f"{one.closed_on} {one.closed_reason or ''}")] if one.closed_on else []
    return facts


def _hours(one: places.MealService, today: date) -> dict[str, Any]:
    said = words()
    label, tone = site_words.state(one.valid_from, one.valid_until, today)
    at = site_words.clock(one.cutoff_minute)
    cutoff = (
        said["cutoff_before"].format(days=one.cutoff_days, at=at)
        if one.cutoff_days
        else said["cutoff_same"].format(at=at)
    )
    modes = [name for field, name in said["modes"].items() if getattr(one, field)]
    return {
        "meal": said["meals"][one.meal],
        "hours": said["minutes"].format(
            opens=site_words.clock(one.opens_minute), closes=site_words.clock(one.closes_minute)
        ),
        "cutoff": cutoff,
        "capacity": one.capacity,
        "weekdays": "、".join(said["weekdays"][day] for day in one.weekdays),
        "modes": "、".join(modes),
        "fee": said["yuan"].format(yuan=spoken_yuan(one.delivery_fee_fen)) if one.delivers else "",
        "days": site_words.days(one.valid_from, one.valid_until),
        "status": label,
        "tone": tone,
    }
