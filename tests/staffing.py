"""Invent places and the people who work there."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from canteen import access
from canteen.access.tables import Staff
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.references import new_reference
from canteen.places.tables import Canteen, Operator, Region

AT = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
PASSWORD = "correct-horse"
CITY = "441500000000"
DISTRICT = "441502000000"
STREET = "441502001000"
OTHER_DISTRICT = "441521000000"

_LEVELS = {4: "city", 6: "district", 9: "town", 12: "village"}


def regions(session: Session) -> None:
    """Draw a city with two districts and a street."""
    for code, parent, digits in (
        (CITY, None, 4),
        (DISTRICT, CITY, 6),
        (STREET, DISTRICT, 9),
        (OTHER_DISTRICT, CITY, 6),
    ):
        session.add(Region(code=code, name=f"区域{code[:digits]}", level=_LEVELS[digits], parent_code=parent))
        session.flush()


def a_canteen(session: Session, name: str, region_code: str) -> Canteen:
    """Open a canteen in a region."""
    operator = Operator(ref=new_reference("P"), name=f"{name}运营", kind="nonprofit")
    session.add(operator)
    session.flush()
    canteen = Canteen(
        ref=new_reference("D"), name=name, kind="canteen", operator_id=operator.id, region_code=region_code,
        address="幸福路 1 号", phone="0660-0000000", opened_on=date(2026, 1, 1),
    )  # fmt: skip
    session.add(canteen)
    session.flush()
    return canteen


def a_member(session: Session, username: str = "wang", name: str = "王师傅") -> Staff:
    """Open an account without any grant."""
    return access.add(session, username=username, name=name, password=PASSWORD, actor="test", at=AT)


def a_clerk(database: Database, role: str = "canteen_staff", region_code: str = CITY, username: str = "wang") -> Staff:
    """Draw the regions and open an account with a role in one of them."""
    with database.transaction(EVERYWHERE) as session:
        if session.get(Region, CITY) is None:
            regions(session)
        access.install(session, actor="test", at=AT)
        staff = a_member(session, username)
        access.give(session, ref=staff.ref, role=role, region_code=region_code, actor="test", at=AT)
        return staff
