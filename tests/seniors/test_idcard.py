from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from canteen.foundation.errors import Invalid
from canteen.seniors.idcard import raised, read_document
from tests.seniors.invented import number

births = st.dates(date(1910, 1, 1), date(1999, 12, 31))
proper = st.builds(number, st.integers(1, 999), births, st.sampled_from(["440304", "120101", "310107", "321183"]))
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(proper)
def test_every_well_formed_number_is_read_as_it_stands(text):
    assert read_document(text).number == text


@given(proper, st.lists(st.tuples(st.integers(0, 18), st.sampled_from(" \u3000\t\u200b\ufeff-'")), max_size=6))
def test_blanks_marks_width_and_case_make_no_difference(text, marks):
    soiled = text.lower().translate(FULL_WIDTH)
    for place, mark in marks:
        soiled = soiled[:place] + mark + soiled[place:]
    assert read_document(soiled) == read_document(text)


@given(proper)
def test_old_number_finds_the_same_person_as_the_new_one(text):
    old = read_document(text[:6] + text[8:17])
    assert (old.family, old.number, old.kind) == ("resident", text, "resident_15")


@given(proper, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(text, place, step):
    wrong = text[:place] + str((int(text[place]) + step) % 10) + text[place + 1 :]
    with pytest.raises(Invalid):
        read_document(wrong)


@given(births, st.integers(1, 999))
def test_birth_and_sex_come_from_the_number(birth, order):
    document = read_document(number(order, birth))
    assert (document.birth_on, document.sex) == (birth, "male" if order % 2 else "female")


def test_county_that_did_not_exist_at_birth_is_no_reason_to_refuse():
    text = number(birth=date(1935, 5, 5), region="440118")
    assert (ric.is_valid(text), read_document(text).number) == (False, text)


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        ("h12345678", "hk_macau_permit", "H12345678"),
        ("M1234567801", "hk_macau_permit", "M12345678"),
        ("12345678", "taiwan_permit", "12345678"),
        ("ABC440312345678", "foreign_residence", "ABC440312345678"),
        (number(region="810000"), "hmt_residence", number(region="810000")),
        (number(region="944001"), "foreign_residence", number(region="944001")),
    ],
)
def test_permits_have_a_place(text, kind, kept):
    document = read_document(text)
    assert (document.kind, document.number) == (kind, kept)


def test_passport_must_be_named_as_such():
    assert read_document("E1234567", "passport").kind == "passport"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "seniors.document_empty"),
        ("　", "seniors.document_empty"),
        ("3.50E+17", "seniors.document_scientific"),
        ("4.40304E17", "seniors.document_scientific"),
        ("440304195001011000", "seniors.document_rounded"),
        ("44030419500101", "seniors.document_length"),
        ("44030419500101O123", "seniors.document_characters"),
        (number()[:-1] + str((int(number()[-1].replace("X", "0")) + 1) % 10), "seniors.document_check_digit"),
        (number(region="994001").replace("99", "19", 1)[:17] + "?", "seniors.document_characters"),
        ("440304501301001", "seniors.document_birth"),
        ("990304500101001", "seniors.document_province"),
        ("E1234567", "seniors.document_length"),
    ],
)
def test_wrong_number_is_refused_with_its_reason(text, code):
    with pytest.raises(Invalid) as refusal:
        read_document(text)
    assert refusal.value.code == code


def test_good_number_of_another_kind_is_refused():
    with pytest.raises(Invalid) as refusal:
        read_document("H12345678", "resident")
    assert refusal.value.code == "seniors.document_kind"


def test_number_does_not_show_in_a_log():
    assert number() not in repr(read_document(number()))


def test_raised_number_has_its_check_digit():
    assert ric.calc_check_digit(raised("440304500101012")) == raised("440304500101012")[-1]
