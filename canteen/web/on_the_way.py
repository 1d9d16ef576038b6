"""Tell the accounts of a person where her meal is: on the way, handed over and to whom, nobody opened."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from canteen import notices, orders, rounds, seniors
from canteen.web import round_words
from canteen.web.receipts import DELIVER_SOON

_KINDS = {"handed": "meal_handed", "left_with_helper": "meal_left", "no_answer": "meal_no_answer"}
# That somebody set out is told as it happens; what a telephone kept so long promises nothing any more.
_OVERTAKEN = timedelta(minutes=20)


def tell(
    session: Session, held: rounds.Round, happening: rounds.Happening, *, courier: rounds.Courier | None, at: datetime
) -> None:
    """Put into the outbox what a message of a courier means to the people concerned, once for each of them."""
    if happening.event == "departed" and courier is not None:
        for stop in rounds.stops(session, round_id=held.id, number=held.published_version or 0):
            is_hers = (stop.courier_ref, stop.trip) == (courier.ref, happening.trip)
            if is_hers and stop.state in orders.OPEN_STATES and at - happening.happened_at < _OVERTAKEN:
                said = {"time": round_words.about(stop.due_at)}
                _say(session, "meal_on_the_way", stop.order_ref, stop.person_id, held.meal, said, at)
    elif happening.event in _KINDS:
        order = orders.find(session, ref=happening.order_ref)
        said = {"time": round_words.time_of(happening.happened_at)}
        if happening.helper_kind:
            said["helper"] = round_words.label("helpers", happening.helper_kind)
        _say(session, _KINDS[happening.event], order.ref, order.person_id, held.meal, said, at)


def deliver_soon() -> None:
    """Have the worker look into the outbox now."""
    current_app.extensions[DELIVER_SOON]()


def _say(
    session: Session, kind: str, order_ref: str, person_id: int, meal: str, said: dict[str, str], at: datetime
) -> None:
    name = seniors.person_by_id(session, person_id=person_id).name
    content = {"name": name, "meal": meal, **said}
    canteen_id = orders.find(session, ref=order_ref).canteen_id
    notices.tell(
        session, person_id=person_id, canteen_id=canteen_id, matter=f"{kind}:{order_ref}", kind=kind, content=content,
        at=at,
    )  # fmt: skip
