"""The kitchen prints labels and calls numbers; the wall shows them."""

from __future__ import annotations

from canteen.foundation.db import EVERYWHERE
from tests import builders as make


def test_a_tap_calls_a_number_that_the_wall_shows(office):
    with office.database.transaction(EVERYWHERE) as session:
        order = make.an_order(session, office.town, make.a_senior(session), mode="pickup")
    cook = office.browser("wang", "canteen_staff")
    said = cook.send("/kitchen/ready", "/kitchen/ready", order=order.ref, ready="yes").text
    wall = cook.client.get("/kitchen/wall").text
    numbers = cook.client.get("/kitchen/wall/numbers").json
    labels = cook.client.get("/kitchen/labels").text

    assert "1 号好了" in said
    assert "<li>1</li>" in wall
    assert numbers == {"numbers": [1]}
    assert "张*英" in labels
    assert "13:00 前吃完" in labels
    assert "收回了" in cook.send("/kitchen/ready", "/kitchen/ready", order=order.ref, ready="no").text
    assert cook.send("/kitchen/ready", "/kitchen/ready", order="D-2222222222", ready="yes").status_code == 404
    assert "没有要带走的" in cook.client.get("/kitchen/labels?day=2026-03-01").text
