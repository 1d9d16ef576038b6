"""Days are read the way people say them; today is Wednesday, the fourth of March 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.dates import read_when

TODAY = date(2026, 3, 4)


def days(text):
    return [f"{day.month}-{day.day}" for day in read_when(text, TODAY).dates]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天", ["3-4"]),
        ("明儿", ["3-5"]),
        ("大后天", ["3-7"]),
        ("前天", ["3-2"]),
        ("周三", ["3-4"]),
        ("周二", ["3-10"]),
        ("这周二", ["3-3"]),
        ("下周二", ["3-10"]),
        ("下下周二", ["3-17"]),
        ("下周二和周四", ["3-10", "3-12"]),
        ("周末", ["3-7", "3-8"]),
        ("明天到周六", ["3-5", "3-6", "3-7"]),
        ("周四到周六，周五除外", ["3-5", "3-7"]),
        ("6号", ["3-6"]),
        ("3号", ["4-3"]),
        ("二月初二", ["3-20"]),
        ("清明", ["4-5"]),
        ("三天后", ["3-7"]),
        ("3月30号到4月2号", ["3-30", "3-31", "4-1", "4-2"]),
    ],
)
def test_days_are_read_as_people_say_them(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("每周一三五", (1, 3, 5)), ("以后每天", (1, 2, 3, 4, 5, 6, 7)), ("工作日", (1, 2, 3, 4, 5))]
)
def test_standing_wishes_give_weekdays(text, expected):
    assert read_when(text, TODAY).repeat == expected


@pytest.mark.parametrize("text", ["三号楼", "两份", "2个", "一碗饭", "13800001234", "电话"])
def test_other_numbers_are_no_days(text):
    assert days(text) == []


@given(st.text(alphabet="0123456789一二三十廿今明后天周下上号月日到初除了、-.", max_size=20))
def test_any_text_gives_days_in_order(text):
    found = read_when(text, TODAY).dates

    assert list(found) == sorted(set(found))
