"""Invent places and the people who work there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from canteen import access, places
from canteen.access.tables import Staff
from canteen.foundation.db import EVERYWHERE, Database

AT = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
PASSWORD = "correct-horse"
PROVINCE = "440000000000"
CITY = "441500000000"
DISTRICT = "441502000000"
STREET = "441502001000"
OTHER_DISTRICT = "441521000000"


def regions(session: Session) -> None:
    """Draw a city with two districts and a street."""
    for code in (PROVINCE, CITY, DISTRICT, STREET, OTHER_DISTRICT):
        places.add_region(session, code=code, name=f"区域{code}", is_local=False, actor="test", at=AT)


def a_member(session: Session, username: str = "wang", name: str = "王师傅") -> Staff:
    """Open an account without any grant."""
    return access.add(session, username=username, name=name, password=PASSWORD, actor="test", at=AT)


def a_clerk(database: Database, role: str = "canteen_staff", region_code: str = CITY, username: str = "wang") -> Staff:
    """Draw the regions and open an account with a role in one of them."""
    with database.transaction(EVERYWHERE) as session:
        if session.get(places.Region, CITY) is None:
            regions(session)
        access.install(session, actor="test", at=AT)
        staff = a_member(session, username)
        access.give(session, ref=staff.ref, role=role, region_code=region_code, actor="test", at=AT)
        return staff
