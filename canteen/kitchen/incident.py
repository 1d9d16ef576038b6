"""Find everybody who ate a dish: the first ten seconds after somebody was taken ill."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.orders.tables import Order
from canteen.places.tables import Canteen


@dataclass(frozen=True, slots=True)
class Eaten:
    """Hold one meal with the dish in it that was handed over; a public guest has no name."""

    order_ref: str
    canteen: str
    service_date: date
    meal: str
    diner_masked: str
    dishes: str
    happened_at: datetime
    mode: str
    is_known: bool


def sites_of(session: Session, *, canteen_id: int) -> tuple[int, ...]:
    """Return a canteen and all that get their meals from it: where its dishes were eaten."""
    supplied = session.scalars(select(Canteen.id).where(Canteen.supplied_by_id == canteen_id).order_by(Canteen.id))
    return (canteen_id, *supplied)


def dishes_eaten(session: Session, *, canteen_ids: Collection[int], first: date, last: date) -> tuple[str, ...]:
    """List the dishes that were handed over on some days, by name."""
    texts = session.scalars(
        select(Order.dishes)
        .where(
            Order.canteen_id.in_(canteen_ids), Order.service_date.between(first, last),
            Order.state.in_(("served", "delivered")),
        )
        .distinct()
    )  # fmt: skip
    return tuple(sorted({name for text in texts for name in names_in(text)}))


def eaters(
    session: Session, *, canteen_ids: Collection[int], first: date, last: date, dish: str, meal: str = ""
) -> Sequence[Eaten]:
    """Return every meal with the dish that was handed over on some days and not taken back, the latest first."""
    of_meal = (Order.meal == meal,) if meal else ()
    rows = session.execute(
        select(
            Order.ref, Canteen.name, Order.service_date, Order.meal, Order.diner_masked, Order.dishes,
            Redemption.happened_at, Redemption.mode, Redemption.person_id,
        )
        .join(Order, Order.id == Redemption.order_id)
        .join(Canteen, Canteen.id == Redemption.canteen_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.canteen_id.in_(canteen_ids), Redemption.service_date.between(first, last),
            RedemptionUndo.redemption_ref.is_(None), *of_meal,
        )
        .order_by(Redemption.happened_at.desc(), Redemption.id.desc())
    )  # fmt: skip
    return [Eaten(*row[:-1], is_known=row.person_id is not None) for row in rows if dish in names_in(row.dishes)]


def names_in(dishes: str) -> list[str]:
    """Return the names of the dishes in the line that an order keeps of them."""
    return [word.partition("×")[0] for word in dishes.split()]
