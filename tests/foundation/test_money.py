"""Whole fen: what is read, written, rounded and shared."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation import money

FEN = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 0)


@given(FEN)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert money.fen(money.yuan(fen)) == fen


@pytest.mark.parametrize("text", ["", "1.234", "1,000", "１２", "1e3", "--1", "1.", "nan", " "])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money.fen(text)


@pytest.mark.parametrize(("fen", "said"), [(600, "6"), (650, "6.5"), (605, "6.05"), (0, "0"), (100000, "1000")])
def test_people_say_no_needless_zeros(fen: int, said: str) -> None:
    assert money.spoken_yuan(fen) == said


@pytest.mark.parametrize(
    ("exact", "up", "down"),
    [(Fraction(1, 2), 1, 0), (Fraction(-1, 2), -1, 0), (Decimal("2.4"), 2, 2), (Fraction(5, 2), 3, 2), (7, 7, 7)],
)
def test_halves_go_away_from_zero_or_down(exact: Fraction | Decimal | int, up: int, down: int) -> None:
    assert (money.round_half_up(exact), money.round_down(exact)) == (up, down)


@given(FEN, WEIGHTS, st.text(max_size=20))
def test_parts_sum_to_the_whole_and_lie_next_to_their_quota(total: int, weights: list[int], key: str) -> None:
    for parts in (money.share_once(total, weights), money.share_each_time(total, weights, key)):
        assert sum(parts) == total
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_no_payer_gains_over_a_month_of_meals() -> None:
    """Thirds of 5.00 for 7,800 meals: 13,000.00 each, within the two yuan that chance moves."""
    sums = [0, 0, 0]
    for meal in range(7_800):
        for payer, part in enumerate(money.share_each_time(500, [1, 1, 1], f"P-X|2026-03-02|{meal}")):
            sums[payer] += part
    assert sum(sums) == 3_900_000
    assert max(abs(one - 1_300_000) for one in sums) < 200


@given(st.integers(0, 10**13 - 1))
def test_capital_characters_agree_with_another_writer(fen: int) -> None:
    """Only the optional 零 and 整 may differ."""
    ours, other = money.capital_yuan(fen), cn2an.an2cn(money.yuan(fen), "rmb")
    assert ours.replace("零", "").replace("整", "") == other.replace("零", "").replace("整", "")


@pytest.mark.parametrize(
    ("fen", "capital"),
    [
        (4_093_000, "肆万零玖佰叁拾元整"), (5, "伍分"), (10_005, "壹佰元零伍分"), (0, "零元整"),
        (10**13, "壹仟亿元整"), (-150, "负壹元伍角整"), (100_500_000, "壹佰万零伍仟元整"),
    ],
)  # fmt: skip
def test_vouchers_are_filled_in_as_the_rules_say(fen: int, capital: str) -> None:
    assert money.capital_yuan(fen) == capital


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.share_once(100, weights)
