from __future__ import annotations

from datetime import date

import pytest

from canteen import subsidy
from canteen.foundation import canonical
from canteen.foundation.db import EVERYWHERE
from canteen.places.tables import Canteen
from canteen.seniors.tables import Person
from canteen.subsidy.tables import Claim
from canteen.subsidy.values import UsedChance
from tests import builders as make
from tests.subsidy.builders import layer, text_of


@pytest.mark.both
@pytest.mark.parametrize(
    ("limits", "subsidy_fen"),
    [
        ("[{at_most: 1, per: year}]", 0),
        ("[{at_most: 1, per: year, year_starts: 03-01}]", 400),
        ("[{at_most: 1, per: month}]", 400),
    ],
)
def test_a_counter_of_the_year_sees_the_meals_of_the_whole_year(database, limits, subsidy_fen):
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        body = layer('{fixed: "4.00"}', limits=limits)
        subsidy.publish(session, text=text_of(body), actor="staff:test", at=make.BEFORE)
        person = session.get_one(Person, make.a_senior(session))
        canteen = session.get_one(Canteen, make.a_canteen(session))
        earlier = date(2026, 1, 5)
        used = canonical.text_of((UsedChance(earlier, "lunch", "sample", "subsidy/meal", subsidy_fen=400),))
        session.add(
            Claim(
                person_id=person.id, counter="meal", window="2026-01-05/lunch", ordinal=1, service_date=earlier,
                meal="lunch", redemption_ref="M-EARLIER", used=used,
            )
        )  # fmt: skip
        session.flush()
        meal = subsidy.MealToPrice(date(2026, 11, 23), "lunch", "dine_in", 1800)
        assert subsidy.price(session, person=person, canteen=canteen, meal=meal).quote.subsidy_fen == subsidy_fen
