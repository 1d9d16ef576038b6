"""Hand a tray to somebody who is on no register: the full price of a dish of the day, no name, counted apart.

No purse pays for it and no claim is taken, so nobody has to be known. The meal has neither person nor order; it can be
taken back like any other, but not be owed: a tab needs a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from canteen import ledger
from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.entries import drafts_of
from canteen.checkin.tables import Redemption
from canteen.checkin.write import answer_of, write_attempt
from canteen.foundation.clock import service_day
from canteen.foundation.db import Database
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.prepared import Insertion
from canteen.foundation.references import new_reference
from canteen.ledger.tables import Book
from canteen.menus.tables import DayMenu, Dish, MenuItem
from canteen.places.tables import Canteen
from canteen.subsidy import Diner, MealToPrice, Quote, price_full

_NOBODY = Diner(0, "", None, "none_yet", "", "public")
_REDEMPTIONS = Insertion(Redemption)


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold a dish that a guest may have: its line on the menu of the day, and what it costs."""

    item_id: int
    name: str
    price_fen: int


def choices(connection: Connection, *, canteen_id: int, day: date, meal: str) -> list[Choice]:
    """List what is left of a meal's menu, the standard set meal first."""
    rows = connection.execute(
        _items()
        .where(
            DayMenu.canteen_id == canteen_id, DayMenu.service_date == day, DayMenu.meal == meal,
            MenuItem.sold_out_at.is_(None),
        )
        .order_by(Dish.is_set_meal.desc(), MenuItem.position)
    )  # fmt: skip
    return [Choice(row.id, row.name, row.price_fen) for row in rows]


def serve_guest(database: Database, request: ScanRequest, *, item_id: int) -> Answer:
    """Serve a dish at its full price and return the answer; the same scan id returns the first answer.

    NotFound ``checkin.no_such_dish`` where the dish is not on today's menu here.
    """
    if not 8 <= len(request.scan_id) <= 40:
        raise Invalid("checkin.bad_scan")
    try:
        with database.acting() as connection:
            return answer_of(connection, request.scan_id) or _serve(connection, request, item_id)
    except IntegrityError:
        with database.looking() as connection:
            first = answer_of(connection, request.scan_id)
        if first is None:
            raise
        return first


def _serve(connection: Connection, request: ScanRequest, item_id: int) -> Answer:
    dish = _dish(connection, request, item_id)
    day = service_day(request.happened_at)
    meal = MealToPrice(day, dish.meal, "dine_in", dish.price_fen, 0, request.happened_at, False, "")
    quote = price_full(_NOBODY, meal, "guest").quote
    answer = Answer(
        request.scan_id, "ok", "guest", dishes=dish.name, meal=dish.meal, kind="public",
        collect_fen=quote.own_fen, redemption_ref=new_reference("M"), tender=_tender(dish.default_tender, quote),
        actions=("undo",),
    )  # fmt: skip
    ledger.lock_head(connection, book_id=dish.book_id)
    write_attempt(connection, request, answer, person_id=None)
    _REDEMPTIONS.run(connection, [_redemption(request, answer, quote)])
    drafts = drafts_of(
        quote, ref=str(answer.redemption_ref), person_ref=None, tender=str(answer.tender), means=request.means,
        funders={},
    )  # fmt: skip
    if drafts:
        ledger.post(connection, book_id=dish.book_id, drafts=drafts, at=request.received_at)
    return answer


def _dish(connection: Connection, request: ScanRequest, item_id: int) -> Any:
    found = connection.execute(
        _items()
        .add_columns(DayMenu.meal, Canteen.default_tender, Book.id.label("book_id"))
        .join(Canteen, Canteen.id == DayMenu.canteen_id)
        .join(Book, Book.canteen_id == DayMenu.canteen_id)
        .where(
            MenuItem.id == item_id, DayMenu.canteen_id == request.canteen_id,
            DayMenu.service_date == service_day(request.happened_at),
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("checkin.no_such_dish")
    return found


def _items() -> Any:
    return (
        select(MenuItem.id, Dish.name, MenuItem.price_fen)
        .join(DayMenu, DayMenu.id == MenuItem.menu_id)
        .join(Dish, Dish.id == MenuItem.dish_id)
    )


def _tender(default: str, quote: Quote) -> str:
    if not quote.own_fen:
        return "free"
    return "cash" if default == "tab" else default


def _redemption(request: ScanRequest, answer: Answer, quote: Quote) -> dict[str, Any]:
    return {
        "ref": answer.redemption_ref, "scan_id": request.scan_id, "order_id": None, "person_id": None,
        "canteen_id": request.canteen_id, "service_date": quote.service_date, "meal": answer.meal, "mode": "dine_in",
        "kind": "public", "means": request.means, "tender": answer.tender, "category": quote.category,
        "price_fen": quote.price_fen, "delivery_fee_fen": 0, "discount_fen": 0, "subsidy_fen": 0,
        "delivery_subsidy_fen": 0, "own_fen": quote.own_fen, "operator_fen": 0, "policy_id": None,
        "trace": quote.to_json(), "happened_at": request.happened_at, "served_by": request.actor,
    }  # fmt: skip
