from __future__ import annotations

from canteen.subsidy.explain import accountant, spoken, why
from canteen.subsidy.values import Usage, UsedChance
from tests.subsidy.builders import a_meal, a_senior, layer, priced, version_of


def test_senior_hears_price_subsidy_and_own_share():
    assert spoken(priced(version_of(layer('{fixed: "5.00"}')))) == "这餐 15 元，政府补贴 5 元，您付 10 元。"


def test_nobody_without_a_subsidy_hears_of_one():
    quote = priced(version_of(layer("free", who="{age: 90+}")))
    assert spoken(quote) == "这餐 15 元，您付 15 元。"
    assert "补贴" not in "".join(why(quote))


def test_senior_is_told_that_the_chance_of_the_day_is_used():
    version = version_of(layer('{fixed: "5.00"}', limits="[{at_most: 1, per: day}]"))
    meal = a_meal(meal="dinner")
    earlier = UsedChance(meal.service_date, "lunch", "sample", "subsidy/meal")
    assert "今天的补贴已经用过了。" in why(priced(version, meal, usage=Usage((earlier,))))


def test_why_has_at_most_eight_lines():
    quote = priced(version_of(layer('{fixed: "5.00"}')), a_meal(mode="delivery", delivery_fee_fen=200))
    assert len(why(quote)) <= 8


def test_accountant_sees_by_how_much_a_rule_was_missed():
    quote = priced(version_of(layer("free", who="{age: 80+}")), senior=a_senior("1947-01-01"))
    assert any("差 1y" in line for line in accountant(quote))
