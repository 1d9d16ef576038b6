"""The accountant is warned in time: of a policy that ends, of a year without holidays; not a day too early."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from canteen import subsidy
from canteen.foundation import clock
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE
from tests import builders as make

CITY = "440300000000"
LAST_DAY = date(2026, 9, 30)
HOME = "/accounting"


@pytest.fixture
def home_on(office, tmp_path):
    """Return the accountant's home page as it is on a day."""

    def open_on(day: date) -> str:
        clock.run_demo(tmp_path / f"clock-{day}", local(day, 10))
        return office.browser(f"li{day:%m%d}", "accountant", region=CITY).client.get(HOME).text

    return open_on


@pytest.fixture
def ends_in_september(office):
    with office.database.transaction(EVERYWHERE) as session:
        row = subsidy.standing_policy(session, "shenzhen-city")
        text = row.text.replace("    assumed: true\n", f"    assumed: true\n    last_day: {LAST_DAY}\n")
        subsidy.publish(session, text=text, actor="test", at=make.BEFORE)


def _tone(page: str) -> str:
    """Return the mark that stands beside the warning."""
    found = re.search(r"天后到期</a>(.*?)<p>", page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize(("left", "warned"), [(61, False), (60, True), (15, True), (14, True), (1, True)])
def test_a_policy_is_warned_of_from_sixty_days_before_its_end(home_on, ends_in_september, left, warned):
    end = LAST_DAY + timedelta(days=1)
    assert (f" {left} 天后到期" in home_on(end - timedelta(days=left))) is warned


def test_the_warning_is_urgent_from_fourteen_days_before_the_end(home_on, ends_in_september):
    end = LAST_DAY + timedelta(days=1)
    mild, urgent = (_tone(home_on(end - timedelta(days=left))) for left in (15, 14))
    assert ("warn" in mild, "bad" in mild) == (True, False)
    assert ("warn" in urgent, "bad" in urgent) == (False, True)


@pytest.mark.parametrize(("today", "warned"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_from_december_the_accountant_misses_next_years_holidays(home_on, today, warned):
    assert ("2027" in home_on(today)) is warned
