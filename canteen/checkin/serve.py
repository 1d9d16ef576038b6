"""Serve a meal: price it on the facts of the day, then write everything that belongs to it at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, or_, select, update

from canteen import ledger
from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.arrival import Arrival, KnownOrder
from canteen.checkin.entries import drafts_of
from canteen.checkin.menu import standard_dish
from canteen.checkin.remarks import keep_exception
from canteen.checkin.tables import Redemption
from canteen.checkin.verdict import Halt, Serve
from canteen.checkin.write import ATTEMPTS, attempt_of
from canteen.foundation.prepared import Insertion, Prepared
from canteen.foundation.references import new_reference
from canteen.foundation.secrecy import masked_name
from canteen.ledger.tables import Book, Period
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from canteen.subsidy import (
    MealToPrice,
    Priced,
    pot_parts,
    price_full,
    price_with,
    published_of,
    read_dossier,
)
from canteen.subsidy.tables import Claim


class LostRace(Exception):
    """Say that the state moved between preparing and committing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold a meal that is ready to be written."""

    arrival: Arrival
    serve: Serve
    order: KnownOrder
    service_date: date
    priced: Priced
    funders: dict[str, tuple[str, str]]
    needs_look: bool


def plan(
    connection: Connection, arrival: Arrival, serve: Serve, *, day: date, at: datetime, is_gone: bool = False
) -> Plan | Halt:
    """Price what is to be served; a walk-in gets the standard dish of the day's menu.

    Halts with ``nothing_on_menu`` where there is nothing to serve, with ``allergy`` where the dish would harm, unless
    the tray ``is_gone`` already.
    """
    published = published_of(connection)
    published.refresh(connection, arrival.edition)
    order = serve.order
    if order is None:
        order = standard_dish(connection, arrival, meal=serve.meal, day=day)
        if order is None:
            return Halt("warn", "nothing_on_menu", {"meal": serve.meal})
        clash = sorted(order.allergens & arrival.allergies)
        if clash and not is_gone:
            return Halt("bad", "allergy", {"allergen": "、".join(clash), "dishes": order.dishes})
    ordered_at = order.placed_at or at
    meal = MealToPrice(
        day, serve.meal, order.mode, order.price_fen, order.delivery_fee_fen, ordered_at, order.in_time, order.diet
    )
    dossier = read_dossier(connection, published, arrival.diner, day)
    if serve.kind == "extra":
        priced = price_full(arrival.diner, replace(meal, mode="dine_in", delivery_fee_fen=0), "extra_tray")
    else:
        region, canteen_id = arrival.canteen_region, arrival.canteen_id
        priced = price_with(connection, published, arrival.diner, dossier, meal, region, canteen_id=canteen_id)
    return Plan(
        arrival=arrival,
        serve=serve,
        order=order,
        service_date=day,
        priced=priced,
        funders=dict(published.funders.get(priced.quote.policy, {})),
        needs_look=dossier.facts.deceased_on is not None,
    )


def write_meal(connection: Connection, request: ScanRequest, ready: Plan) -> Answer:
    """Write the attempt, the order, the meal, the claims and the entries; `LostRace` where the state moved."""
    head, month = _lock(connection, ready)
    answer = _answer(request, ready)
    order_id = _settle_order(connection, request, ready)
    drafts = drafts_of(
        ready.priced.quote,
        ref=str(answer.redemption_ref),
        person_ref=ready.arrival.diner.ref,
        tender=str(answer.tender),
        means=request.means,
        funders=ready.funders,
    )
    facts = [
        (ATTEMPTS, [attempt_of(request, answer, person_id=ready.arrival.diner.id)]),
        (_REDEMPTIONS, [_redemption(request, ready, answer, order_id)]),
        (_CLAIMS, _claims(ready, answer)),
    ]
    months = {ready.service_date: ledger.posting_month(ready.service_date, request.received_at, month)}
    ledger.post_under(connection, head, drafts=drafts, months=months, at=request.received_at, facts=facts)
    _draw_on_pots(connection, request, ready, str(answer.redemption_ref))
    if request.remark:
        _remark(connection, request, ready, answer)
    return answer


_LOCK = Prepared(
    select(Person.revision, Book.seq, Book.hash)
    .join(Book, Book.id == bindparam("book_id", type_=Integer))
    .add_columns(
        select(Period.state)
        .where(Period.book_id == bindparam("book_id", type_=Integer), Period.month == bindparam("month"))
        .scalar_subquery()
        .label("period_state")
    )
    .where(Person.id == bindparam("person_id"))
    .with_for_update(of=(Person, Book))
)

_UNSERVED = ("placed", "locked", "no_show", "undeliverable")
_SERVE_ORDER = Prepared(
    update(Order)
    .where(Order.id == bindparam("order_id"), or_(*(Order.state == state for state in _UNSERVED)))
    .values(
        state=bindparam("new_state"),
        state_at=bindparam("new_at"),
        state_by=bindparam("new_by"),
        state_channel=bindparam("new_channel"),
    )
)
_ORDERS = Insertion(Order, returning=Order.id)
_REDEMPTIONS, _CLAIMS = Insertion(Redemption), Insertion(Claim)


def _lock(connection: Connection, ready: Plan) -> tuple[ledger.Head, str | None]:
    month = ready.service_date.isoformat()[:7]
    wanted = {"book_id": ready.arrival.book_id, "person_id": ready.arrival.diner.id, "month": month}
    row = _LOCK.first(connection, wanted)
    if row.revision != ready.arrival.revision:
        raise LostRace
    return ledger.Head(ready.arrival.book_id, row.seq, row.hash), row.period_state


def _settle_order(connection: Connection, request: ScanRequest, ready: Plan) -> int:
    if ready.serve.kind == "extra":
        return ready.order.id
    if ready.serve.instead_of is not None:
        _move(connection, request, ready.serve.instead_of, "cancelled_late")
    if ready.serve.order is None:
        return int(_ORDERS.scalar(connection, _walk_in(request, ready)))
    _move(connection, request, ready.order, _served_state(request, ready))
    return ready.order.id


def _move(connection: Connection, request: ScanRequest, order: KnownOrder, state: str) -> None:
    move = {
        "order_id": order.id,
        "new_state": state,
        "new_at": request.happened_at,
        "new_by": request.actor,
        "new_channel": "staff",
    }
    if _SERVE_ORDER.run(connection, move) != 1:
        raise LostRace


def _served_state(request: ScanRequest, ready: Plan) -> str:
    return "delivered" if request.means == "courier" and ready.order.mode == "delivery" else "served"


def _walk_in(request: ScanRequest, ready: Plan) -> dict[str, Any]:
    return {
        "ref": new_reference("D"),
        "key": None,
        "person_id": ready.arrival.diner.id,
        "diner_masked": masked_name(ready.arrival.name),
        "canteen_id": ready.arrival.canteen_id,
        "menu_id": ready.order.menu_id,
        "service_date": ready.service_date,
        "meal": ready.serve.meal,
        "mode": ready.order.mode,
        "state": "served",
        "state_at": request.happened_at,
        "state_by": request.actor,
        "channel": "walk_in",
        "state_channel": "walk_in",
        "price_fen": ready.order.price_fen,
        "delivery_fee_fen": 0,
        "quote": "",
        "own_fen": ready.priced.quote.own_fen,
        "dishes": ready.order.dishes,
        "flags": list(ready.arrival.diet),
        "allergens": sorted(ready.order.allergens),
        "note": "",
        "placed_at": request.happened_at,
        "in_time": False,
        "diet": ready.order.diet,
    }


def _redemption(request: ScanRequest, ready: Plan, answer: Answer, order_id: int) -> dict[str, Any]:
    quote = ready.priced.quote
    return {
        "ref": answer.redemption_ref,
        "scan_id": request.scan_id,
        "order_id": order_id,
        "person_id": ready.arrival.diner.id,
        "canteen_id": ready.arrival.canteen_id,
        "service_date": ready.service_date,
        "meal": ready.serve.meal,
        "mode": ready.order.mode,
        "kind": ready.serve.kind,
        "means": request.means,
        "tender": answer.tender,
        "category": quote.category,
        "price_fen": quote.price_fen,
        "delivery_fee_fen": quote.delivery_fee_fen,
        "discount_fen": quote.discount_fen,
        "subsidy_fen": quote.subsidy_fen,
        "delivery_subsidy_fen": quote.delivery_subsidy_fen,
        "own_fen": quote.own_fen,
        "operator_fen": quote.operator_fen,
        "policy_id": ready.priced.policy_id,
        "trace": quote.to_json(),
        "happened_at": request.happened_at,
        "served_by": request.actor,
    }


def _claims(ready: Plan, answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "person_id": ready.arrival.diner.id,
            "counter": claim.counter,
            "window": claim.window,
            "ordinal": claim.ordinal,
            "round": claim.round,
            "service_date": ready.service_date,
            "meal": ready.serve.meal,
            "redemption_ref": answer.redemption_ref,
            "used": claim.used,
        }
        for claim in ready.priced.claims
    ]


def _remark(connection: Connection, request: ScanRequest, ready: Plan, answer: Answer) -> None:
    keep_exception(
        connection, scan_id=request.scan_id, kind=request.means, canteen_id=request.canteen_id,
        service_date=ready.service_date, meal=answer.meal, at=request.received_at,
        redemption_ref=answer.redemption_ref, note=request.remark,
    )  # fmt: skip


def _draw_on_pots(connection: Connection, request: ScanRequest, ready: Plan, ref: str) -> None:
    """Take last what a charity pot gives; IntegrityError where it ran dry meanwhile, and the scan is prepared again."""
    parts = {ready.funders[payer][0]: fen for payer, fen in pot_parts(ready.priced).items()}
    if parts:
        ledger.spend(connection, parts=parts, evidence=ref, day=ready.service_date, at=request.received_at)


def _answer(request: ScanRequest, ready: Plan) -> Answer:
    quote, order = ready.priced.quote, ready.order
    reason = "served"
    if ready.needs_look:
        reason = "check_record"
    elif ready.serve.kind == "extra":
        reason = "served_again"
    elif ready.serve.order is None:
        reason = "walk_in"
    elif quote.own_fen > order.own_fen:
        reason = "served_dearer"
    return Answer(
        scan_id=request.scan_id,
        verdict="warn" if ready.needs_look else "ok",
        reason=reason,
        params={"because": list(quote.reasons), **_instead(request, ready)},
        person_masked=masked_name(ready.arrival.name),
        dishes=order.dishes,
        flags=order.flags or ready.arrival.diet,
        meal=ready.serve.meal,
        kind=ready.serve.kind,
        collect_fen=quote.own_fen,
        agreed_fen=order.own_fen if ready.serve.order is not None and ready.serve.kind == "meal" else None,
        redemption_ref=new_reference("M"),
        tender=ready.arrival.default_tender if quote.own_fen else "free",
        actions=("undo",),
    )


def _instead(request: ScanRequest, ready: Plan) -> dict[str, Any]:
    """Name the canteen of the order that this meal takes the place of, and whether it is this one."""
    order = ready.serve.instead_of
    if order is None:
        return {"other_place": ""}
    return {"other_place": order.canteen_name, "is_here": order.canteen_id == request.canteen_id}
