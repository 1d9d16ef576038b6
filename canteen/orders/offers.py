"""Work out what somebody would get and pay, before anything moves.

The same steps stand behind the read-back in chat, the quote of the mini program and the clerk's screen, and placing an
order goes through them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from canteen import menus, places, seniors, subsidy
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.secrecy import masked_name
from canteen.orders.cutoff import MealHours, cutoff, serves_from, serves_until
from canteen.orders.find import LIVE_STATES, OPEN_STATES, find, hours
from canteen.orders.tables import Order
from canteen.places.tables import Canteen, MealService
from canteen.seniors.tables import Person

MOST_PORTIONS = 20


@dataclass(frozen=True)
class Wish:
    """Ask for a number of portions of an item of the day menu."""

    item_id: int
    quantity: int = 1


@dataclass(frozen=True)
class OfferLine:
    """Show one dish of an offer at its price."""

    item_id: int
    name: str
    quantity: int
    price_fen: int
    allergens: tuple[str, ...] = ()
    diet: str = ""


@dataclass(frozen=True)
class Offer:
    """Show what somebody would get, when, until when it can be ordered, and who would pay what."""

    person_id: int
    person_masked: str
    canteen_id: int
    canteen_name: str
    canteen_phone: str
    menu_id: int
    service_date: date
    meal: str
    mode: str
    lines: tuple[OfferLine, ...]
    price_fen: int
    delivery_fee_fen: int
    quote: subsidy.Quote
    policy_id: int | None
    cutoff_at: datetime
    serves_from_at: datetime
    serves_until_at: datetime
    flags: tuple[str, ...]
    in_time: bool = True
    diet: str = ""

    @property
    def dishes(self) -> str:
        """Name the dishes in one line, as the kitchen reads them."""
        return " ".join(line.name if line.quantity == 1 else f"{line.name}×{line.quantity}" for line in self.lines)


@dataclass(frozen=True)
class Request:
    """Hold what is asked for: who eats what, where and when, and how it gets to them."""

    person_id: int
    canteen_id: int
    service_date: date
    meal: str
    mode: str
    wishes: tuple[Wish, ...]
    replaces_order_id: int | None = None
    is_late: bool = False
    diet: tuple[str, ...] = ()


def offer(
    session: Session,
    *,
    person_id: int,
    canteen_id: int,
    service_date: date,
    meal: str,
    mode: str,
    wishes: Sequence[Wish],
    at: datetime,
    diet: Sequence[str] = (),
    replaces: str | None = None,
    is_late: bool = False,
) -> Offer:
    """Return the offer, or refuse with the rule that forbids it; see `make`.

    ``diet`` are wishes for this meal beside the standing ones; ``replaces`` names the order in whose place it would
    come; ``is_late`` is staff's stated exception to the cut-off.
    """
    replaced = None if replaces is None else find(session, ref=replaces).id
    request = Request(
        person_id, canteen_id, service_date, meal, mode, tuple(wishes),
        replaces_order_id=replaced, is_late=is_late, diet=tuple(diet),
    )  # fmt: skip
    return make(session, request, at=at)


def make(session: Session, request: Request, *, at: datetime) -> Offer:
    """Return the offer for a request.

    Refused: ``orders.not_served_that_day``, ``orders.day_passed``, ``orders.cutoff_passed`` (unless the request is
    marked late: staff's stated exception), ``orders.mode_not_offered``, ``orders.already_ordered``, ``orders.no_menu``,
    ``orders.sold_out``, ``orders.allergy``, ``orders.price_above_ceiling``.
    """
    person = seniors.person_by_id(session, person_id=request.person_id)
    canteen = places.canteen_by_id(session, canteen_id=request.canteen_id)
    service = _service(session, request)
    timing = hours(service)
    in_time = _in_time(timing, request, at)
    _refuse_mode(service, request.mode)
    live = _live_orders(session, request)
    _refuse_second(request, live)
    view = menus.day(session, canteen_id=canteen.id, service_date=request.service_date, meal=request.meal)
    if view is None:
        raise Refused("orders.no_menu", meal=request.meal, service_date=request.service_date)
    lines = _lines(view, request.wishes, person)
    _refuse_dear(session, canteen, lines, request.service_date)
    fee_fen = service.delivery_fee_fen if request.mode == "delivery" else 0
    priced = _price(session, person, canteen, _meal(request, lines, fee_fen, at, in_time=in_time), live)
    return Offer(
        person_id=person.id,
        person_masked=masked_name(person.name),
        canteen_id=canteen.id,
        canteen_name=canteen.name,
        canteen_phone=canteen.phone,
        menu_id=view.menu_id,
        service_date=request.service_date,
        meal=request.meal,
        mode=request.mode,
        lines=lines,
        price_fen=_total(lines),
        delivery_fee_fen=fee_fen,
        quote=priced.quote,
        policy_id=priced.policy_id,
        cutoff_at=cutoff(timing, request.service_date),
        serves_from_at=serves_from(timing, request.service_date),
        serves_until_at=serves_until(timing, request.service_date),
        flags=tuple(dict.fromkeys((*person.diet, *request.diet))),
        in_time=in_time,
        diet=_diet(lines),
    )


def reprice(session: Session, order: Order) -> None:
    """Quote an order anew from what it says now; when and how it was ordered stays."""
    request = Request(
        order.person_id, order.canteen_id, order.service_date, order.meal, order.mode, (), replaces_order_id=order.id
    )
    meal = subsidy.MealToPrice(
        service_date=order.service_date,
        meal=order.meal,
        mode=order.mode,
        price_fen=order.price_fen,
        delivery_fee_fen=order.delivery_fee_fen,
        ordered_at=order.placed_at,
        ordered_in_time=order.in_time,
        diet=order.diet,
    )
    person = seniors.person_by_id(session, person_id=order.person_id)
    canteen = places.canteen_by_id(session, canteen_id=order.canteen_id)
    quote = _price(session, person, canteen, meal, _live_orders(session, request)).quote
    order.quote, order.own_fen = quote.to_json(), quote.own_fen


def _service(session: Session, request: Request) -> MealService:
    service = places.open_service(session, canteen_id=request.canteen_id, day=request.service_date, meal=request.meal)
    if service is None:
        raise Refused("orders.not_served_that_day", meal=request.meal, service_date=request.service_date)
    return service


def _in_time(timing: MealHours, request: Request, at: datetime) -> bool:
    """Tell whether the order comes before the cut-off; one that does not is refused, unless it is marked late."""
    if request.service_date < service_day(at):
        raise Refused("orders.day_passed", service_date=request.service_date)
    until = cutoff(timing, request.service_date)
    if at >= until and not request.is_late:
        raise Refused("orders.cutoff_passed", cutoff_at=until, meal=request.meal, service_date=request.service_date)
    return at < until


def _refuse_mode(service: MealService, mode: str) -> None:
    offered = {"dine_in": service.dines_in, "pickup": service.packs, "delivery": service.delivers}
    if mode not in offered:
        raise Invalid("orders.unknown_mode", mode=mode)
    if not offered[mode]:
        raise Refused("orders.mode_not_offered", mode=mode)


def _live_orders(session: Session, request: Request) -> list[Order]:
    """Return the person's other live orders of the weeks and months around the day."""
    values = {
        "person_id": request.person_id,
        "first": request.service_date.replace(day=1) - timedelta(days=7),
        "last": request.service_date + timedelta(days=38),
    }
    return [order for order in session.scalars(_LIVE_ORDERS, values) if order.id != request.replaces_order_id]


_LIVE_ORDERS = select(Order).where(
    Order.person_id == bindparam("person_id"),
    Order.service_date.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    Order.state.in_(LIVE_STATES),
)


def _refuse_second(request: Request, live: Sequence[Order]) -> None:
    for order in live:
        if (order.service_date, order.meal) == (request.service_date, request.meal):
            raise Refused("orders.already_ordered", ref=order.ref, meal=order.meal, service_date=order.service_date)


def _lines(view: menus.DayView, wishes: Sequence[Wish], person: Person) -> tuple[OfferLine, ...]:
    wanted = Counter[int]()
    for wish in wishes:
        wanted[wish.item_id] += wish.quantity
    if not wanted or any(quantity < 1 for quantity in wanted.values()) or wanted.total() > MOST_PORTIONS:
        raise Invalid("orders.empty", most=MOST_PORTIONS)
    return tuple(_line(view, item_id, quantity, person) for item_id, quantity in wanted.items())


def _line(view: menus.DayView, item_id: int, quantity: int, person: Person) -> OfferLine:
    item = view.item(item_id)
    if item is None:
        raise NotFound("orders.no_such_dish")
    harmful = sorted(set(item.allergens) & set(person.allergies))
    if harmful:
        raise Refused("orders.allergy", dish=item.name, allergen="、".join(harmful))
    if item.remaining < quantity:
        raise Refused("orders.sold_out", dish=item.name)
    diet = item.diets[0] if item.is_set_meal and item.diets else ""
    return OfferLine(item_id, item.name, quantity, item.price_fen, item.allergens, diet)


def _refuse_dear(session: Session, canteen: Canteen, lines: Sequence[OfferLine], on: date) -> None:
    ceiling = places.price_ceiling(session, canteen_id=canteen.id, on=on)
    for line in lines:
        if ceiling is not None and line.price_fen > ceiling:
            raise Refused("orders.price_above_ceiling", dish=line.name, ceiling_fen=ceiling)


def _total(lines: Sequence[OfferLine]) -> int:
    return sum(line.price_fen * line.quantity for line in lines)


def _diet(lines: Sequence[OfferLine]) -> str:
    """Return the kind of the diet set meal that is ordered; empty where none is."""
    return next((line.diet for line in lines if line.diet), "")


def _meal(
    request: Request, lines: Sequence[OfferLine], fee_fen: int, at: datetime, *, in_time: bool
) -> subsidy.MealToPrice:
    return subsidy.MealToPrice(
        service_date=request.service_date,
        meal=request.meal,
        mode=request.mode,
        price_fen=_total(lines),
        delivery_fee_fen=fee_fen,
        ordered_at=at,
        ordered_in_time=in_time,
        diet=_diet(lines),
    )


def _price(
    session: Session, person: Person, canteen: Canteen, meal: subsidy.MealToPrice, live: Sequence[Order]
) -> subsidy.Priced:
    # Orders still open are counted as used; what was eaten is counted by its claims.
    expected = [order.quote for order in live if order.state in OPEN_STATES and order.quote]
    return subsidy.price(session, person=person, canteen=canteen, meal=meal, expected=expected)
