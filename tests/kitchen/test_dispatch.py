"""A central kitchen sends what its meal points need; what came, how warm and why it differs is kept once."""

from __future__ import annotations

import pytest

from canteen import kitchen
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.places.tables import Canteen
from tests import builders as make

AT = make.local(make.MONDAY, 10)


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as session:
        yield session


@pytest.fixture
def kitchen_id(session, town):
    """Let the town's canteen be supplied by a kitchen that serves nobody itself."""
    central = make.a_canteen(session)
    session.get(Canteen, central).kind = "central_kitchen"
    session.get(Canteen, town.canteen_id).supplied_by_id = central
    session.flush()
    return central


def send(session, kitchen_id, town, **more):
    facts = {
        "kitchen_id": kitchen_id, "site_id": town.canteen_id, "service_date": make.MONDAY, "meal": "lunch",
        "dishes": {"鱼": 10, "饭": 12}, "celsius_tenths": 650, "measure": "", "actor": "staff:1", "at": AT,
    }  # fmt: skip
    return kitchen.dispatch(session, **{**facts, **more})


def receive(session, town, note, **more):
    facts = {
        "site_id": town.canteen_id, "note_id": note.id, "dishes": {"鱼": 10, "饭": 12}, "celsius_tenths": 620,
        "explanation": "", "actor": "staff:2", "at": make.NOON,
    }  # fmt: skip
    return kitchen.receive(session, **{**facts, **more})


def test_a_kitchen_knows_what_each_point_needs(session, town, kitchen_id):
    order = make.an_order(session, town, make.a_senior(session))
    (need,) = kitchen.needs(session, kitchen_id=kitchen_id, service_date=make.MONDAY, meal="lunch")

    assert (need.canteen_id, need.portions, need.dishes) == (town.canteen_id, 1, ((order.dishes, 1),))
    assert kitchen.needs(session, kitchen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch") == []


def test_what_comes_as_it_was_sent_needs_no_word(session, town, kitchen_id):
    note = send(session, kitchen_id, town)
    second = send(session, kitchen_id, town, dishes={"饭": 3, "鱼": 0})
    receive(session, town, note)
    sent = kitchen.sent_from(session, kitchen_id=kitchen_id, service_date=make.MONDAY)

    assert (note.number, second.number, second.dishes) == (1, 2, [["饭", 3]])
    assert [(one.received_at is not None, one.differences) for one in sent] == [(True, ()), (False, ())]
    assert kitchen.sent_to(session, site_id=town.canteen_id, service_date=make.MONDAY) == sent


@pytest.mark.parametrize(
    ("came", "differences"),
    [
        ({"dishes": {"鱼": 9, "饭": 12}}, (("鱼", -1),)),
        ({"dishes": {"鱼": 10, "饭": 12, "汤": 1}}, (("汤", 1),)),
        ({"celsius_tenths": 599}, ()),
    ],
)
def test_what_differs_or_came_cold_is_explained(session, town, kitchen_id, came, differences):
    note = send(session, kitchen_id, town)
    with pytest.raises(Refused, match=r"kitchen\.difference_unexplained"):
        receive(session, town, note, **came)
    receive(session, town, note, **came, explanation="路上翻了一份")
    with pytest.raises(Refused, match=r"kitchen\.received_already"):
        receive(session, town, note)
    (sent,) = kitchen.sent_from(session, kitchen_id=kitchen_id, service_date=make.MONDAY)

    assert (sent.explanation, sent.differences) == ("路上翻了一份", differences)


def test_what_cannot_be_is_not_sent_or_received(session, town, kitchen_id):
    for more, error, code in (
        ({"site_id": kitchen_id}, NotFound, "not_supplied"), ({"dishes": {"鱼": 0}}, Invalid, "nothing_sent"),
        ({"dishes": {"鱼": -1}}, Invalid, "nothing_sent"), ({"celsius_tenths": 9999}, Invalid, "not_a_temperature"),
        ({"celsius_tenths": 599}, Refused, "too_cold"),
    ):  # fmt: skip
        with pytest.raises(error, match=code):
            send(session, kitchen_id, town, **more)
    note = send(session, kitchen_id, town, celsius_tenths=599, measure="到了再热")
    with pytest.raises(NotFound, match=r"kitchen\.no_such_note"):
        receive(session, town, note, site_id=kitchen_id)
    with pytest.raises(Invalid, match=r"kitchen\.not_a_temperature"):
        receive(session, town, note, celsius_tenths=-999)
