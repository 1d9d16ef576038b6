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


def test_no_policy_prices_a_stranger():
    assert select(shipped().policies.values(), a_senior(hukou=Place(city="梅州")), a_meal()) is None
