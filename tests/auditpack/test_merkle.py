"""The root of lines is that of the standard, and a proof convinces of its own line alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen import auditpack
from canteen.auditpack import check

# The leaves and roots by which logs of certificates are tried (RFC 6962).
LEAVES = ["", "\x00", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LINES = st.lists(st.text(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("count", range(9))
def test_the_roots_are_those_of_the_standard(count: int) -> None:
    assert auditpack.root(LEAVES[:count]) == ROOTS[count]
    assert check.root(LEAVES[:count]) == ROOTS[count]


@given(LINES)
def test_the_checker_finds_the_same_root_in_its_own_way(lines: list[str]) -> None:
    assert check.root(lines) == auditpack.root(lines)


@given(LINES, st.data())
def test_a_proof_convinces_of_its_line_at_its_place_and_of_no_other(lines: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    path, root = auditpack.inclusion(lines, place), auditpack.root(lines)
    assert auditpack.is_included(lines[place], place, len(lines), path, root)
    assert not auditpack.is_included(lines[place] + "!", place, len(lines), path, root)
    for elsewhere in range(len(lines)):
        if lines[elsewhere] != lines[place]:
            assert not auditpack.is_included(lines[place], elsewhere, len(lines), path, root)


def test_a_place_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(IndexError):
        auditpack.inclusion(["a"], 1)
    assert not auditpack.is_included("a", 1, 1, [], auditpack.root(["a"]))
    assert not auditpack.is_included("a", 0, 1, ["00" * 32], auditpack.root(["a"]))
