from __future__ import annotations

from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.selection import select
from canteen.subsidy.shelf import shipped, shipped_register
from canteen.subsidy.values import Place
from tests.subsidy.builders import a_meal, a_senior, layer, text_of


def test_the_most_specific_region_wins():
    text = (
        text_of(layer("free"))
        .replace("policy: sample", "policy: futian")
        .replace("{hukou: {city: 深圳}}", "{hukou: {city: 深圳, district: 福田}}")
    )
    policies = [*shipped().policies.values(), read_policy(text, "futian.yaml", shipped_register())]
    chosen = select(policies, a_senior(hukou=Place(city="深圳市", district="福田区")), a_meal())
    assert chosen is not None
    assert chosen.policy == "futian"


def test_money_for_the_canteen_alone_never_takes_the_place_of_a_subsidy():
    resident = a_senior(hukou=Place(city="上海"), lives=Place(city="上海", district="普陀"))
    meal = a_meal(canteen=Place(city="上海", district="黄浦"))
    chosen = select(shipped().policies.values(), resident, meal)
    assert chosen is not None
    assert chosen.policy == "shanghai-putuo-2025"


def test_a_guest_without_a_policy_still_earns_the_canteen_its_money():
    meal = a_meal(canteen=Place(city="上海", district="黄浦"))
    chosen = select(shipped().policies.values(), a_senior(hukou=Place(city="南通")), meal)
    assert chosen is not None
    assert chosen.policy == "shanghai-huangpu-operator"


def test_no_policy_prices_a_stranger():
    assert select(shipped().policies.values(), a_senior(hukou=Place(city="梅州")), a_meal()) is None
