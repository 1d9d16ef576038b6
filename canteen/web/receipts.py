"""Tell the accounts of a person that her meal was handed over, or that this was taken back.

A courtesy that no tray waits for: it is written after the scan was answered for good, and a key makes it be said once.
Whoever cannot be reached any more is not told; the meal stands in the books all the same.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy import Connection, bindparam, select

from canteen import checkin, notices, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.money import spoken_yuan
from canteen.foundation.prepared import Prepared
from canteen.http.current import house

# Money that changed hands, and goes back with the tray.
_PAID = ("cash", "own_code")
# What has the worker look into the outbox at once.
DELIVER_SOON = "canteen.deliver_soon"


def tell_of(connection: Connection, answer: checkin.Answer) -> None:
    """Tell of a tray that was handed over now; of nothing else that a scan may end in."""
    if answer.verdict != "ok" or answer.redemption_ref is None:
        return
    _tell(connection, answer.redemption_ref, "meal_taken" if answer.collect_fen else "meal_taken_free")


def tell_back(redemption_ref: str) -> None:
    """Tell that a tray was taken back, and that what was paid for it is given back."""
    with house().database.looking() as connection:
        tender, _ = checkin.tender_of(connection, redemption_ref)
        _tell(connection, redemption_ref, "meal_refunded" if tender in _PAID else "meal_undone")


def _tell(connection: Connection, ref: str, kind: str) -> None:
    reached = _REACHED.all(connection, {"ref": ref})
    if not reached:
        return
    with house().database.transaction(EVERYWHERE) as session:
        for row in reached:
            content = {"name": row.name, "meal": row.meal, "own": spoken_yuan(row.own_fen)}
            content["at"] = f"{row.happened_at.astimezone(clock.CHINA):%H:%M}"
            notices.enqueue(
                session, key=f"{kind}:{ref}:{row.account}", account=row.account, kind=kind, content=content,
                at=clock.now(), about=notices.About(row.person_id, row.canteen_id, f"{kind}:{ref}"),
            )  # fmt: skip
    current_app.extensions[DELIVER_SOON]()


_meal, _person, _link = tables.checkin.Redemption, tables.seniors.Person, tables.seniors.FamilyLink
# Whose meal it was, with each account that may act for her. Every answer to a scan waits for it.
_REACHED = Prepared(
    select(_meal.person_id, _meal.canteen_id, _person.name, _meal.meal, _meal.own_fen, _meal.happened_at, _link.account)
    .join(_person, _person.id == _meal.person_id)
    .join(_link, _link.person_id == _person.id)
    .where(_meal.ref == bindparam("ref"), _link.ended_at.is_(None), _link.told_eaten)
)
