from __future__ import annotations

import pytest

from canteen.subsidy.places import Place, same_down_to, within


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        (Place(city="深圳市", district="福田区"), Place(city="深圳")),
        (Place(city="广州", district="增城", town="正果"), Place(district="增城区", town="正果镇")),
        (Place(province="天津市", city="市辖区"), Place(city="天津")),
        (Place(city="重庆"), Place(province="重庆市")),
        (Place(province="广东省", city="汕尾市"), Place(province="广东", city="汕尾")),
    ],
)
def test_names_match_however_they_are_written(place, rule):
    assert within(place, rule)


def test_a_level_the_rule_names_must_be_known():
    assert not within(Place(city="深圳"), Place(city="深圳", district="福田"))


def test_towns_of_the_same_name_in_other_districts_differ():
    one, other = (
        Place(city="广州", district="增城", town="新塘"),
        Place(city="广州", district="番禺", town="新塘"),
    )
    assert not same_down_to("town", one, other)
