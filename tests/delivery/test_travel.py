from __future__ import annotations

import json

import pytest

from canteen import delivery
from canteen.delivery.travel import euclid

FUTIAN, LUOHU = (22.5431, 114.0579), (22.5484, 114.1316)


def test_times_grow_with_the_way_and_hold_the_way_into_the_building():
    times = delivery.Straight().matrix([FUTIAN, LUOHU, FUTIAN])

    assert times[0][1] == times[1][0] == pytest.approx(7_590 * 1.35 / 4 + 50, rel=0.01)
    assert times[0][0] == times[0][2] == 0


def test_stored_times_are_taken_as_they_are(tmp_path):
    file = tmp_path / "times.json"
    file.write_text(json.dumps([[0, 7], [9, 0]]))

    assert delivery.Stored(file).matrix([FUTIAN, LUOHU]) == ((0, 7), (9, 0))
    with pytest.raises(ValueError, match="3 x 3"):
        delivery.Stored(file).matrix([FUTIAN, LUOHU, FUTIAN])


def test_benchmarks_round_down():
    assert euclid([(0, 0), (1, 1)], 10) == ((0, 14), (14, 0))
