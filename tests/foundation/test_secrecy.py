"""Sealed texts, blind indexes, masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation import secrecy

OLD, NEW = secrecy.development_key("old"), secrecy.development_key("new")


@given(st.text(max_size=60))
def test_a_sealed_text_opens_again_and_shows_nothing(text: str) -> None:
    vault = secrecy.Vault({"1": OLD})
    sealed = vault.seal(text)
    assert vault.open(sealed) == text
    assert vault.seal(text) != sealed


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    before = secrecy.Vault({"1": OLD}).seal("440304")
    after = secrecy.Vault({"2": NEW, "1": OLD})
    assert after.open(before) == "440304"
    assert (after.is_current(before), after.is_current(after.seal("x"))) == (False, True)


def test_an_index_is_found_again_after_a_new_key_came_and_is_written_under_that() -> None:
    before, after = secrecy.Vault({"1": OLD}), secrecy.Vault({"2": NEW, "1": OLD})
    assert before.index("phone", "138") in after.indexes("phone", "138")
    assert after.index("phone", "138") not in before.indexes("phone", "138")
    assert (after.is_current(before.index("phone", "138")), after.is_current(after.index("phone", "138"))) == (
        False,
        True,
    )


def test_an_index_written_before_keys_had_names_in_it_is_found() -> None:
    bare = secrecy.Vault({"1": OLD}).index("phone", "138").partition(".")[2]
    assert bare in secrecy.Vault({"2": NEW, "1": OLD}).indexes("phone", "138")


def test_equal_numbers_of_another_kind_have_another_index() -> None:
    vault = secrecy.Vault({"1": OLD})
    assert vault.index("phone", "138") != vault.index("document", "138")


def test_a_changed_or_foreign_text_is_refused() -> None:
    vault = secrecy.Vault({"1": OLD})
    sealed = vault.seal("secret")
    flipped = sealed[:-4] + ("A" if sealed[-4] != "A" else "B") + sealed[-3:]
    for wrong in (flipped, "9." + sealed[2:]):
        with pytest.raises(ValueError, match=r"sealed text was changed|no data key"):
            vault.open(wrong)


@pytest.mark.parametrize("text", ["", "1", "1:zz", "1:aa,1:bb", "a b:aa"])
def test_keys_that_are_not_written_right_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        secrecy.parse_keys(text)


@pytest.mark.parametrize(
    ("name", "shown"), [("张秀英", "张*英"), ("李福", "李*"), ("欧阳小红", "欧**红"), ("王", "王")]
)
def test_a_name_keeps_its_ends(name: str, shown: str) -> None:
    assert secrecy.masked_name(name) == shown


def test_a_number_keeps_three_and_four() -> None:
    assert secrecy.masked_number("440304195405010051") == "440***********0051"
