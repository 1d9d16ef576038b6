"""Public numbers: no look-alikes, and one wrong character is noticed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation import references

DIGITS = st.text("0123456789", min_size=7, max_size=7)


def test_a_new_reference_is_one_of_ours() -> None:
    made = {references.new_reference("D") for _ in range(500)}
    assert len(made) == 500
    assert all(references.is_reference(one, "D") and not references.is_reference(one, "M") for one in made)


@given(st.integers(0, 28**9 - 1))
def test_a_number_becomes_a_reference_and_back(number: int) -> None:
    made = references.reference_of("P", number)
    assert references.is_reference(made, "P")
    assert references.number_of(made) == number


@given(DIGITS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits: str, place: int, shift: int) -> None:
    right = references.with_check_digit(digits)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert references.has_check_digit(right)
    assert not references.has_check_digit(wrong)


@given(DIGITS, st.integers(0, 6))
def test_two_swapped_digits_are_noticed(digits: str, place: int) -> None:
    right = references.with_check_digit(digits)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert references.has_check_digit(swapped) == (swapped == right)
