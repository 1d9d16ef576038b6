from __future__ import annotations

from datetime import date

from canteen.subsidy.explain import accountant, spoken, why
from canteen.subsidy.values import Category, Usage, UsedChance
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


def test_senior_hears_that_a_meal_was_too_dear_and_not_too_cheap():
    spend = '    spend: {at_most: "10.00"}\n    modes: any'
    version = version_of(layer('{fixed: "5.00"}').replace("    modes: any", spend))
    quote = priced(version)
    assert "这餐的价钱超过了有补贴的范围。" in why(quote)
    assert any("差 +5.00" in line for line in accountant(quote))


def test_trace_shows_counters_before_and_after_evidence_and_paragraph():
    senior = a_senior(
        categories=(Category("minimum_living", date(2026, 1, 1), date(2027, 1, 1), "民政〔2026〕7号"),),
    )
    classes = ["{id: poor, who: {category: 低保}, gets: {fixed: 5.00}, paragraph: 第四条}"]
    version = version_of(layer("", classes=classes, limits="[{at_most: 5, per: week}]"))
    earlier = UsedChance(date(2026, 3, 3), "lunch", "sample", "subsidy/meal")
    told = "\n".join(accountant(priced(version, senior=senior, usage=Usage((earlier,)))))
    assert "低保 2026-01-01~2026-12-31 #民政〔2026〕7号（第四条）" in told
    assert "之前 1，之后 2，上限 5" in told


def test_trace_is_told_only_when_it_is_read_and_equals_its_steps():
    quote = priced(version_of(layer('{fixed: "5.00"}')))
    assert quote.trace == tuple(quote.trace)
    assert tuple(quote.trace) == quote.trace
    assert quote.trace[0].passed
    assert hash(quote) == hash(priced(version_of(layer('{fixed: "5.00"}'))))


def test_classes_that_should_exclude_each_other_but_both_match_are_told():
    classes = ["{id: a, who: {age: 60+}, gets: {fixed: 2.00}}", "{id: b, who: {age: 70+}, gets: {fixed: 5.00}}"]
    quote = priced(version_of(layer("", classes=classes, several="exclusive")))
    assert quote.subsidy_fen == 200
    assert [step.rule for step in quote.trace if not step.passed] == ["subsidy/meal/chosen"]
