"""Edit the menu of a day in one form: a row a dish, a table a meal; each mistake stands at its field.

A tag is a word about the dish: ``套餐`` marks the set meal that walk-ins get; ``含花生`` names what harms some people,
``不含过敏原`` says that nothing does, and one of both has to be there; ``450千卡`` and ``蛋白28克`` say what a portion
gives; every other one is a diet that it suits. A dish taken off the form is offered no longer; what was ordered stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import menus as dishes_of_days
from canteen import orders, places
from canteen.foundation import clock, money
from canteen.foundation.errors import CanteenError
from canteen.http import errors, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import frame, place

_EMPTY_ROWS = 3
_MOST_ROWS = 60
_BETWEEN_TAGS = re.compile(r"[\s、，,;；]+")


@dataclass
class Row:
    """Hold one dish as the form has it, with what is wrong with it by field."""

    name: str = ""
    price: str = ""
    capacity: str = ""
    tags: str = ""
    ordered: int = 0
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was filled in."""
        return not (self.name or self.price or self.capacity)


def add_to(blueprint: Blueprint) -> None:
    """Add the form and what it sends."""
    blueprint.get("/kitchen/menus")(menus)
    blueprint.post("/kitchen/menus")(save_menus)


def asked_day() -> date:
    """Return the day that the address or the form names, else today."""
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return clock.today()


@audience("menus.read")
def menus() -> str | BaseResponse:
    """Show the menu of a day."""
    day = asked_day()
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        services = places.services(session, canteen_id=canteen.id, on=day)
        rows = {meal: _rows(session, canteen.id, day, meal) for meal in orders.MEALS if meal in services}
        return _page(session, canteen, day, rows)


@audience("menus.edit")
def save_menus() -> str | BaseResponse | tuple[str, int]:
    """Offer what the form says, all of it or nothing."""
    day = asked_day()
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
        ceiling = places.price_ceiling(session, canteen_id=canteen.id, on=day)
        services = places.services(session, canteen_id=canteen.id, on=day)
        filled = {meal: _filled(session, canteen.id, day, meal) for meal in orders.MEALS if meal in services}
        wrong = sum(_check(row, ceiling) for rows in filled.values() for row in rows)
        if wrong or day < clock.today():
            return _page(session, canteen, day, filled, frame.words()["menus"]["wrong"].format(count=wrong)), 422
    try:
        with house().database.transaction(actor().scope) as session:
            for meal, rows in filled.items():
                _offer(session, canteen.id, day, meal, rows, services[meal].capacity)
    except CanteenError as error:
        sentence = words.refusal(error.code, error.params)
        with house().database.reading(actor().scope) as session:
            return _page(session, canteen, day, filled, sentence), errors.status_of(error)
    flash(frame.words()["menus"]["saved"], "ok")
    return redirect(url_for("web.menus", day=day), 303)


def _page(
    session: Session, canteen: places.Canteen, day: date, rows: dict[str, list[Row]], error: str | None = None
) -> str:
    services = places.services(session, canteen_id=canteen.id, on=day)
    is_open = any(places.is_open(session, canteen_id=canteen.id, day=day, meal=meal) for meal in services)
    may_edit = actor().may("menus.edit") and day >= clock.today()
    return render_template(
        "office/menus.html",
        day_label=frame.day_label(clock.local(day, 12)),
        prev_href=url_for("web.menus", day=day - timedelta(days=1)),
        next_href=url_for("web.menus", day=day + timedelta(days=1)),
        action=url_for("web.save_menus", day=day),
        periods=[
            {
                "key": meal,
                "label": words.value("meal", meal),
                "cutoff": frame.words()["menus"]["cutoff"].format(
                    at=words.value("at", orders.cutoff(orders.hours(services[meal]), day))
                ),
                "rows": shown + [Row() for _ in range(_EMPTY_ROWS if may_edit else 0)],
            }
            for meal, shown in rows.items()
        ],
        error=error,
        locked=not may_edit,
        is_closed=not is_open,
        week_href=url_for("web.menu_week", day=day),
        closing_href=url_for("web.closing", day=day) if actor().may("menus.edit") else None,
    )


def _rows(session: Session, canteen_id: int, day: date, meal: str) -> list[Row]:
    view = dishes_of_days.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
    return [_row(item) for item in view.items if item.portions] if view else []


def _row(item: dishes_of_days.ItemView) -> Row:
    set_meal = [frame.words()["menus"]["set_meal"]] if item.is_set_meal else []
    said = frame.words()["menus"]
    contains = [said["contains"] + allergen for allergen in item.allergens]
    if item.allergens_stated and not contains:
        contains = [said["harmless"]]
    gives = [said["energy"].format(n=item.energy_kcal)] if item.energy_kcal is not None else []
    gives += [said["protein"].format(n=item.protein_g)] if item.protein_g is not None else []
    return Row(
        name=item.name,
        price=money.spoken_yuan(item.price_fen),
        capacity=str(item.portions),
        tags="、".join([*set_meal, *contains, *item.diets, *gives]),
        ordered=item.portions - item.remaining,
    )


def _filled(session: Session, canteen_id: int, day: date, meal: str) -> list[Row]:
    """Read the rows of a meal out of the form; blank ones are left out."""
    ordered = {row.name: row.ordered for row in _rows(session, canteen_id, day, meal)}
    rows = []
    for number in range(_MOST_ROWS):
        name, price, capacity, tags = (
            request.form.get(f"{meal}-{number}-{part}", "").strip() for part in ("name", "price", "capacity", "tags")
        )
        row = Row(name, price, capacity, tags, ordered.get(name, 0))
        if not row.is_blank:
            rows.append(row)
    return rows


def _check(row: Row, ceiling_fen: int | None) -> int:
    """Note what is wrong with a row at its fields; answers how much."""
    said = frame.words()["menus"]["errors"]
    if not row.name:
        row.errors["name"] = said["name"]
    price = _fen(row.price)
    if price is None:
        row.errors["price"] = said["price"]
    elif ceiling_fen is not None and price > ceiling_fen:
        row.errors["price"] = said["ceiling"].format(ceiling=money.spoken_yuan(ceiling_fen))
    if not row.capacity.isascii() or not row.capacity.isdigit() or int(row.capacity) > 9999:
        row.errors["capacity"] = said["capacity"]
    elif int(row.capacity) < row.ordered:
        row.errors["capacity"] = said["below"].format(ordered=row.ordered)
    tags = _tags(row)
    if row.name and not any(tag == frame.words()["menus"]["harmless"] or _is_harm(tag) for tag in tags):
        row.errors["tags"] = said["allergens"]
    elif frame.words()["menus"]["harmless"] in tags and any(_is_harm(tag) for tag in tags):
        row.errors["tags"] = said["both"]
    return len(row.errors)


def _tags(row: Row) -> list[str]:
    return [tag for tag in _BETWEEN_TAGS.split(row.tags) if tag]


def _is_harm(tag: str) -> bool:
    begin = frame.words()["menus"]["contains"]
    return tag.startswith(begin) and len(tag) > len(begin)


def _number(tags: list[str], pattern: str) -> int | None:
    """Return the number in a tag such as ``450千卡``; None where there is none."""
    found = (re.fullmatch(pattern.format(n=r"(\d{1,4})"), tag) for tag in tags)
    return next((int(match[1]) for match in found if match), None)


def _fen(text: str) -> int | None:
    try:
        amount = money.fen(text)
    except ValueError:
        return None
    return amount if 0 <= amount <= 100_000 else None


def _offer(session: Session, canteen_id: int, day: date, meal: str, rows: list[Row], capacity: int) -> None:
    before = dishes_of_days.day(session, canteen_id=canteen_id, service_date=day, meal=meal)
    if before is None and not rows:
        return
    items = [(_dish(session, canteen_id, row), money.fen(row.price), int(row.capacity)) for row in rows]
    kept = {dish_id for dish_id, _, _ in items}
    gone = [item for item in before.items if item.dish_id not in kept] if before else []
    items += [(item.dish_id, item.price_fen, item.portions - item.remaining) for item in gone]
    most = before.capacity if before else capacity
    dishes_of_days.offer(session, canteen_id=canteen_id, service_date=day, meal=meal, capacity=most, items=items)


def _dish(session: Session, canteen_id: int, row: Row) -> int:
    said, tags = frame.words()["menus"], _tags(row)
    harmful = [tag.removeprefix(said["contains"]) for tag in tags if _is_harm(tag)]
    energy, protein = _number(tags, said["energy"]), _number(tags, said["protein"])
    known = {said["set_meal"], said["harmless"], said["energy"].format(n=energy), said["protein"].format(n=protein)}
    dish = dishes_of_days.put_dish(
        session,
        canteen_id=canteen_id,
        name=row.name,
        price_fen=money.fen(row.price),
        allergens=harmful,
        diets=[tag for tag in tags if tag not in known and not _is_harm(tag)],
        is_set_meal=said["set_meal"] in tags,
        allergens_stated=True,
        energy_kcal=energy,
        protein_g=protein,
    )
    return dish.id
