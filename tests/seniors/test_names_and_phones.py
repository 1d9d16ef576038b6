import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation.errors import Invalid
from canteen.seniors.names import initials, read_name
from canteen.seniors.phones import read_phone


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("陈 秀 英", "陈秀英"),
        ("　陈秀英　", "陈秀英"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("Mary  Ann", "Mary Ann"),
    ],
)
def test_name_is_written_in_one_form(written, name):
    assert read_name(written) == name


@pytest.mark.parametrize("text", ["", " ", "陈秀英1", "=HYPERLINK()", "·陈", "陈" * 61])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(Invalid):
        read_name(text)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("陈秀英", "cxy"),
        ("单秀英", "sxy"),
        ("曾国英", "zgy"),
        ("万俟大山", "mqds"),
        ("欧阳锋", "oyf"),
        ("Mary Ann", "ma"),
    ],
)
def test_initials_follow_the_sound_of_a_family_name(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86-138-0000-1234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("13800001234.0", "13800001234"),
        ("0755-83330000", "075583330000"),
        ("（0660）3360000", "06603360000"),
    ],
)
def test_phone_is_read_in_many_spellings(written, number):
    assert read_phone(written) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.38E+10", "seniors.phone_scientific"),
        ("83330000", "seniors.phone_area_code"),
        ("1380000123", "seniors.phone_malformed"),
        ("", "seniors.phone_malformed"),
    ],
)
def test_wrong_phone_is_refused_with_its_reason(written, code):
    with pytest.raises(Invalid) as refusal:
        read_phone(written)
    assert refusal.value.code == code


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.integers(0, 11), st.sampled_from(" -()　"))
def test_mark_anywhere_in_a_mobile_number_makes_no_difference(number, place, mark):
    assert read_phone(number[:place] + mark + number[place:]) == number
