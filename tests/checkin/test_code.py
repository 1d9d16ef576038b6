"""Codes that name a person: signed, of fixed length, and read back from the picture."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from canteen import checkin
from canteen.checkin.code import CARD_LENGTH, PAGE_LENGTH, plain_digits, write_card_code, write_page_code
from canteen.foundation.references import reference_of
from tests import builders as make

CODES = st.builds(
    checkin.PageCode,
    person_ref=st.integers(0, 28**9 - 1).map(lambda number: reference_of("P", number)),
    service_date=st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    meal=st.sampled_from(("breakfast", "lunch", "dinner", "snack")),
    expires_at=st.integers(0, 2**24 - 1).map(lambda minutes: make.at(date(2020, 1, 1), 8) + timedelta(minutes=minutes)),
)


@given(CODES)
def test_a_page_code_says_what_was_written_and_has_its_length(code: checkin.PageCode) -> None:
    digits = write_page_code(make.KEYS, code)
    assert len(digits) == PAGE_LENGTH
    assert digits.isdigit()
    assert checkin.read_page_code(make.KEYS, digits) == code


@given(CODES, st.integers(2, PAGE_LENGTH - 1), st.integers(1, 9))
def test_one_changed_digit_makes_it_forged(code: checkin.PageCode, place: int, shift: int) -> None:
    digits = write_page_code(make.KEYS, code)
    forged = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(checkin.ForgedCode):
        checkin.read_page_code(make.KEYS, forged)


@given(st.integers(0, 2**32 - 1), st.integers(2, CARD_LENGTH - 1), st.integers(1, 9))
def test_a_card_names_its_serial_and_cannot_be_changed(serial: int, place: int, shift: int) -> None:
    digits = write_card_code(make.KEYS, serial)
    assert len(digits) == CARD_LENGTH
    assert checkin.read_card_code(make.KEYS, digits) == serial
    forged = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(checkin.ForgedCode):
        checkin.read_card_code(make.KEYS, forged)


def test_the_pictures_are_small_enough_and_readable() -> None:
    page = write_page_code(make.KEYS, checkin.PageCode(reference_of("P", 7), make.MONDAY, "lunch", make.NOON))
    card = write_card_code(make.KEYS, 12_345)
    assert checkin.qr_version(page) <= 5
    assert checkin.qr_version(card, error_correction="Q") <= 4
    for digits, level in ((page, "M"), (card, "Q")):
        picture = Image.open(io.BytesIO(checkin.qr_png(digits, error_correction=level, box=6))).convert("L")
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [digits]


@pytest.mark.parametrize("typed", ["1234 5670", "１２３４５６７０", "1234-5670", " 12345670\t"])
def test_digits_are_read_however_they_were_typed(typed: str) -> None:
    assert plain_digits(typed) == "12345670"
