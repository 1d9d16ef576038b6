"""Months lived at random by a seed keep every invariant, equal the model, and end alike on both databases."""

from __future__ import annotations

import pytest

from canteen.foundation.db import Database
from tests.simulator.life import Shape, live


@pytest.mark.parametrize("seed", [1, 2])
def test_months_at_random_keep_the_books(database: Database, nation: None, seed: int) -> None:
    live(database, seed=seed, shape=Shape(months=1, days=3, acts=12))
