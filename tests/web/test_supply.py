"""On one page the kitchen sends and the meal point receives."""

from __future__ import annotations

from canteen.foundation.db import EVERYWHERE
from canteen.places.tables import Canteen
from tests import builders as make

PAGE = "/kitchen/supply"


def test_from_what_is_needed_to_what_came(office):
    with office.database.transaction(EVERYWHERE) as session:
        central = make.a_canteen(session)
        session.get(Canteen, central).kind = "central_kitchen"
        session.get(Canteen, office.town.canteen_id).supplied_by_id = central
        dish = make.an_order(session, office.town, make.a_senior(session)).dishes
    cook = office.browser("qian", "canteen_manager", canteen_id=central)
    point = office.browser("sun", "canteen_manager")
    form = {"dish-0": dish, "count-0": "1", "celsius": "66.5", "measure": ""}
    page = cook.client.get(PAGE).text
    cold = cook.send(f"{PAGE}/{office.town.canteen_id}", PAGE, **{**form, "celsius": "50"})
    sent = cook.send(f"{PAGE}/{office.town.canteen_id}", PAGE, **form).text
    coming = point.client.get(PAGE).text
    short = point.send(f"{PAGE}/notes/1", PAGE, **{**form, "count-0": "0"})
    came = point.send(f"{PAGE}/notes/1", PAGE, **{**form, "count-0": "0", "explanation": "翻了"}).text

    assert "各点要多少" in page
    assert cold.status_code == 409
    assert "发出了" in sent
    assert "路上" in sent
    assert "66.5℃" in coming
    assert short.status_code == 409
    assert f"{dish} -1" in came
    assert "翻了" in cook.client.get(PAGE).text
    assert cook.send(f"{PAGE}/notes/1", PAGE, **form).status_code == 404
    assert cook.send(f"{PAGE}/{office.town.canteen_id}", PAGE, celsius="66").status_code == 422
