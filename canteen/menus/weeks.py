"""Plan the menus of a week, and copy those of another where none are planned yet."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.errors import Refused
from canteen.menus.days import DayView, day, offer, offered
from canteen.places import MealService

DAYS = 7


def monday_of(on: date) -> date:
    """Return the first day of the week that a day is in."""
    return on - timedelta(days=on.weekday())


def week(session: Session, *, canteen_id: int, first: date) -> dict[tuple[date, str], DayView]:
    """Return what is offered on the seven days from the first, by day and meal."""
    planned = offered(session, canteen_id=canteen_id, first=first, last=first + timedelta(days=DAYS - 1))
    views = {
        (on, meal): day(session, canteen_id=canteen_id, service_date=on, meal=meal) for on, meal in sorted(planned)
    }
    return {key: view for key, view in views.items() if view is not None}


def copy_week(session: Session, *, canteen_id: int, source: date, target: date, not_before: date) -> int:
    """Offer on each day of a week what was offered on its weekday in another, and return how many meals.

    Meals that have a menu stay as they are; so do days on which the canteen does not serve and those before
    ``not_before``. All or nothing: refuses ``menus.too_dear`` where a price is above the ceiling of the operator's
    contract on the new day.
    """
    known = week(session, canteen_id=canteen_id, first=target)
    copied = 0
    for (on, meal), view in week(session, canteen_id=canteen_id, first=source).items():
        new = target + (on - source)
        service = places.open_service(session, canteen_id=canteen_id, day=new, meal=meal)
        if service is not None and new >= not_before and (new, meal) not in known:
            copied += _copy(session, view, new, service)
    return copied


def _copy(session: Session, view: DayView, new: date, service: MealService) -> bool:
    items = [item for item in view.items if item.portions]
    ceiling = places.price_ceiling(session, canteen_id=view.canteen_id, on=new)
    for item in items:
        if ceiling is not None and item.price_fen > ceiling:
            raise Refused("menus.too_dear", dish=item.name, service_date=new, ceiling_fen=ceiling)
    if items:
        offer(
            session,
            canteen_id=view.canteen_id,
            service_date=new,
            meal=view.meal,
            capacity=service.capacity,
            items=[(item.dish_id, item.price_fen, item.portions) for item in items],
        )
    return bool(items)
