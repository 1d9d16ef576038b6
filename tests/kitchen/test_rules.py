"""Portions are summed up, grouped by wishes and compared with the sheet that was numbered."""

from __future__ import annotations

import pytest

from canteen import kitchen
from canteen.kitchen.values import read, written

RICE, FISH = ("米饭", 1), ("清蒸鱼", 1)


def a_portion(ref, *dishes, number=1, wishes=(), mode="dine_in"):
    return kitchen.Portion(ref, number, "张*英", dishes or (FISH,), tuple(wishes), mode)


def test_dishes_are_summed_up_and_split_by_wishes():
    rows = (
        a_portion("a", FISH, ("米饭", 2)),
        a_portion("b", FISH, wishes=["软食", "少盐"]),
        a_portion("c", FISH, wishes=["少盐", "软食"]),
    )
    fish, rice = kitchen.totals(rows)

    assert (fish.dish, fish.count, rice.count) == ("清蒸鱼", 3, 2)
    assert [(group.wishes, group.count) for group in fish.groups] == [((), 1), (("少盐", "软食"), 2)]


def test_portions_are_counted_by_how_they_leave():
    rows = (a_portion("a", mode="delivery"), a_portion("b"), a_portion("c", mode="delivery"))

    assert kitchen.by_mode(rows) == (("dine_in", 1), ("delivery", 2))


def test_changes_name_who_came_who_went_and_who_chose_anew():
    before = (a_portion("a"), a_portion("b"), a_portion("c"))
    now = (a_portion("b"), a_portion("c", RICE), a_portion("d", FISH, RICE))
    found = kitchen.changes(before, now)

    assert [(line.kind, line.portion.ref) for line in found.lines] == [("gone", "a"), ("other", "c"), ("added", "d")]
    assert found.by_dish == (("米饭", 2), ("清蒸鱼", -1))
    assert [line.portion.ref for line in found.gone] == ["a"]
    assert kitchen.changes(now, now) == kitchen.Changes()


def test_a_sheet_is_read_back_as_it_was_written():
    rows = (a_portion("a", FISH, RICE, wishes=["少盐"]), a_portion("b", number=2))

    assert read(written(rows)) == rows


@pytest.mark.parametrize(
    ("address", "building", "floor"),
    [
        ("莲花路 3 号 5 栋 1203", "莲花路 3 号 5 栋", 12),
        ("幸福里12幢2单元401室", "幸福里12幢", 4),
        ("阳光小区 8 号楼 3 楼", "阳光小区 8 号楼", 3),
        ("深圳市福田区莲花街道景田北街 29 号 501 室", "景田北街 29 号", 5),
        ("莲花街道 阳光小区 8 栋 2 楼", "莲花街道 阳光小区 8 栋", 2),
        ("东街 17 号", "东街 17 号", None),
        ("村委会旁边", "", None),
        ("", "", None),
    ],
)
def test_an_address_tells_building_and_floor(address, building, floor):
    assert (kitchen.building_of(address), kitchen.floor_of(address)) == (building, floor)
