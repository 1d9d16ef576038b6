from __future__ import annotations

import time
from datetime import datetime

import pytest

from canteen import demo, subsidy
from canteen.foundation.clock import service_day

DAYS = [
    ("2026-11-23T03:00+08:00", "2026-11-23"),
    ("2026-11-23T09:31+08:00", "2026-11-23"),
    ("2026-11-23T23:50+08:00", "2026-11-23"),
    ("2026-11-22T23:50+00:00", "2026-11-23"),
    ("2026-11-21T12:00+08:00", "2026-11-23"),
    ("2026-10-01T08:00+08:00", "2026-10-08"),
    ("2026-10-10T08:00+08:00", "2026-10-10"),
    ("2027-10-01T08:00+08:00", "2027-10-01"),
]


@pytest.mark.parametrize(("at", "day"), DAYS)
def test_demonstration_opens_late_in_the_morning_of_the_next_working_day(at, day):
    opened = demo.opening(datetime.fromisoformat(at))

    assert opened.isoformat() == f"{day}T10:40:00+08:00"


@pytest.mark.parametrize(("at", "day"), DAYS[:3])
def test_time_zone_of_the_machine_does_not_move_the_opening(monkeypatch, at, day):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()

    assert demo.opening(datetime.fromisoformat(at).astimezone()).isoformat() == f"{day}T10:40:00+08:00"


def test_make_up_saturday_is_a_day_on_which_policies_of_working_days_pay():
    opened = demo.opening(datetime.fromisoformat("2026-10-10T08:00+08:00"))

    assert subsidy.shipped_calendar().is_working(service_day(opened), make_up_counts=True)
