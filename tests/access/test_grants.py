from __future__ import annotations

import pytest
from sqlalchemy import func, select

from canteen import access
from canteen.access.tables import Grant
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound
from tests.staffing import AT, CITY, a_member, regions


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as opened:
        regions(opened)
        access.install(opened, actor="test", at=AT)
        a_member(opened)
        yield opened


def give(session, role="leader", **place):
    member = access.find(session, username="wang")
    return access.give(session, ref=member.ref, role=role, actor="test", at=AT, **place)


@pytest.mark.parametrize("place", [{}, {"region_code": CITY, "canteen_id": 1}])
def test_a_grant_names_exactly_one_place(session, place):
    with pytest.raises(Invalid, match=r"access\.one_place"):
        give(session, **place)


def test_an_unknown_role_is_refused(session):
    with pytest.raises(NotFound, match=r"access\.no_such_role"):
        give(session, role="emperor", region_code=CITY)


def test_giving_the_same_twice_gives_it_once(session):
    give(session, region_code=CITY)
    give(session, region_code=CITY)

    assert session.scalar(select(func.count(Grant.id))) == 1


def test_what_was_never_given_cannot_be_withdrawn(session):
    member = access.find(session, username="wang")
    with pytest.raises(NotFound, match=r"access\.not_granted"):
        access.withdraw(session, ref=member.ref, role="leader", region_code=CITY, actor="test", at=AT)
