"""Temperatures have ranges, samples a time, and a draw can be done again by anybody."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from canteen import safety
from canteen.safety.rules import discard_from, draw


@pytest.mark.parametrize(
    ("point", "tenths", "fine"),
    [
        ("fridge", 0, True), ("fridge", 80, True), ("fridge", 81, False), ("fridge", -1, False),
        ("freezer", -120, True), ("freezer", -119, False), ("hot_holding", 600, True), ("hot_holding", 599, False),
        ("core", 700, True), ("core", 699, False), ("sterilizer", 999, False),
    ],
)  # fmt: skip
def test_each_point_has_its_range(point, tenths, fine):
    assert safety.is_fine(point, tenths) is fine
    assert set(safety.RANGES) == set(safety.POINTS)


def test_a_sample_stays_for_two_days():
    at = datetime(2026, 3, 2, 3, tzinfo=UTC)

    assert discard_from(at) - at == timedelta(hours=48)


def test_a_draw_is_what_sha256_says_whatever_the_order_of_the_list():
    names = ["C-1", "C-2", "C-3", "C-4", "C-5"]
    by_hand = sorted(names, key=lambda ref: hashlib.sha256(f"03 08 17|{ref}".encode()).hexdigest())

    assert list(draw(names, seed="03 08 17", count=2)) == by_hand[:2]
    assert draw([*reversed(names), "C-1"], seed="03 08 17", count=2) == tuple(by_hand[:2])
    assert len(draw(names, seed="x", count=9)) == 5


def test_over_many_seeds_every_canteen_is_drawn_alike():
    names = [f"C-{n}" for n in range(8)]
    counts = {name: sum(name in draw(names, seed=str(seed), count=2) for seed in range(800)) for name in names}

    assert all(150 < count < 250 for count in counts.values())
