from __future__ import annotations

from datetime import date

import pytest

from canteen.subsidy.quotes import Quote
from canteen.subsidy.values import Category, Place, Site, Usage, UsedChance
from tests.subsidy.builders import a_meal, a_senior, layer, priced, version_of


@pytest.mark.parametrize(
    ("gets", "price_fen", "subsidy_fen"),
    [
        ('{fixed: "3.00"}', 1500, 300),
        ('{fixed: "3.00"}', 200, 200),
        ('{up_to: "15.00"}', 1200, 1200),
        ('{up_to: "15.00"}', 2200, 1500),
        ('{percent: 50, of: price, up_to: "6.00"}', 1001, 501),
        ('{percent: 50, of: price, up_to: "6.00"}', 1500, 600),
        ('{percent: 60, of: "12.00"}', 1500, 720),
        ('{person_pays: "5.00"}', 1200, 700),
        ('{person_pays: "5.00"}', 400, 0),
        ("free", 1850, 1850),
        ('{by_meal: {breakfast: {fixed: "1.00"}, lunch: {fixed: "4.00"}}}', 1500, 400),
        ('{by_diet: {低糖餐: {fixed: "5.00"}, otherwise: {fixed: "2.00"}}}', 1500, 200),
    ],
)
def test_amount_of_each_shape(gets, price_fen, subsidy_fen):
    assert priced(version_of(layer(gets)), a_meal(price_fen)).subsidy_fen == subsidy_fen


def test_a_diet_set_has_its_own_amount():
    version = version_of(layer('{by_diet: {低糖餐: {fixed: "5.00"}, otherwise: {fixed: "2.00"}}}'))
    assert priced(version, a_meal(diet="低糖餐")).subsidy_fen == 500


def test_share_of_the_standard_set_ignores_the_price():
    version = version_of('standard_set: "13.00"\n' + layer("{percent: 50, of: standard_set}"))
    assert priced(version, a_meal(2000)).subsidy_fen == 650


@pytest.mark.parametrize(
    ("order", "discount_fen", "subsidy_fen"), [("before_subsidy", 200, 900), ("after_subsidy", 100, 1000)]
)
def test_discount_and_subsidy_follow_the_stated_order(order, discount_fen, subsidy_fen):
    discount = (
        f"discount: {{id: d, order: {order}, meals: any, days: every_day, modes: any,"
        " of_several_classes: first,"
        " classes: [{id: all, who: anybody, gets: {percent: 10, of: to_pay}}]}\n"
    )
    quote = priced(version_of(discount + layer("{percent: 50, of: to_pay}")), a_meal(2000))
    assert (quote.discount_fen, quote.subsidy_fen) == (discount_fen, subsidy_fen)


def test_discount_is_rounded_half_up_even_where_the_subsidy_is_rounded_down():
    discount = (
        "discount: {id: d, order: before_subsidy, meals: any, days: every_day, modes: any,"
        " of_several_classes: first, classes: [{id: all, who: anybody, gets: {percent: 10, of: price}}]}\n"
    )
    version = version_of(discount + layer("{percent: 50, of: price}"), rounding="{how: down, of: subsidy, to: fen}")
    quote = priced(version, a_meal(1005))
    assert (quote.discount_fen, quote.subsidy_fen) == (101, 502)


@pytest.mark.parametrize(("bar", "fen"), [('at_least: "15.00"', 300), ('more_than: "15.00"', 0)])
def test_minimum_spend_is_inclusive_or_strict(bar, fen):
    version = version_of(layer('{fixed: "3.00"}', who=f"{{spend: {{{bar}}}}}"))
    assert priced(version, a_meal(1500)).subsidy_fen == fen


@pytest.mark.parametrize(
    ("who", "birth", "fits"),
    [
        ("{age: 60-74}", "1951-03-03", True),
        ("{age: 60-74}", "1951-03-02", False),
        ("{age: 60 to under 75}", "1951-03-02", False),
        ("{age: 75+}", "1951-03-02", True),
    ],
)
def test_age_bands_are_closed_or_half_open(who, birth, fits):
    quote = priced(version_of(layer('{fixed: "3.00"}', who=who)), senior=a_senior(birth))
    assert bool(quote.subsidy_fen) is fits


def test_a_year_may_be_full_only_the_day_after_the_birthday():
    version = version_of(layer('{fixed: "3.00"}', who="{age: 70+}"), birthday="day_after")
    assert priced(version, a_meal(on="2026-03-02"), a_senior("1956-03-02")).subsidy_fen == 0
    assert priced(version, a_meal(on="2026-03-03"), a_senior("1956-03-02")).subsidy_fen == 300


def test_category_age_and_ability_are_all_needed():
    version = version_of(layer('{fixed: "3.00"}', who="{age: 60+, category: 低保, at_least: 失能中度}"))
    poor, mild, complete = Category("minimum_living"), Category("ability_mild"), Category("ability_complete")
    assert priced(version, senior=a_senior(categories=(poor, complete))).subsidy_fen == 300
    assert priced(version, senior=a_senior(categories=(poor, mild))).subsidy_fen == 0


@pytest.mark.parametrize(("several", "fen"), [("best", 500), ("first", 200), ("stack", 700)])
def test_several_classes_follow_the_stated_rule(several, fen):
    classes = [
        '{id: a, who: {age: 60+}, gets: {fixed: "2.00"}}',
        '{id: b, who: {age: 70+}, gets: {fixed: "5.00"}}',
    ]
    version = version_of(layer("", classes=classes, several=several))
    assert priced(version).subsidy_fen == fen


def used(on, meal="lunch", *, policy="sample", counter="subsidy/meal", kind="meal", fen=0):
    return UsedChance(date.fromisoformat(on), meal, policy, counter, kind, fen)


def test_a_second_subsidised_meal_of_one_period_is_never_given():
    assert priced(version_of(layer("free")), usage=Usage((used("2026-03-02"),))).reasons == ("limit_meal",)


def test_week_runs_from_monday_to_sunday():
    version = version_of(layer('{fixed: "3.00"}', limits="[{at_most: 1, per: week}]"))
    assert priced(version, usage=Usage((used("2026-03-01"),))).subsidy_fen == 300
    assert priced(version, usage=Usage((used("2026-03-08"),))).reasons == ("limit_week",)


def test_counters_follow_the_person_into_another_policy():
    version = version_of(layer('{fixed: "3.00"}', limits="[{at_most: 1, per: day}]"))
    elsewhere = used("2026-03-02", "breakfast", policy="other", counter="subsidy/basic")
    assert priced(version, usage=Usage((elsewhere,))).reasons == ("limit_day",)


@pytest.mark.parametrize(
    ("kinds", "meal", "fen"),
    [(("meal", "meal"), "snack", 300), (("meal", "meal"), "dinner", 0), (("meal", "snack"), "snack", 300)],
)
def test_composite_counter_allows_two_meals_and_a_snack_or_one_and_two(kinds, meal, fen):
    limits = "[{per: day, one_of: [{meal: 2, snack: 1}, {meal: 1, snack: 2}]}, {per: meal, at_most: 2}]"
    version = version_of(layer('{fixed: "3.00"}', limits=limits))
    periods = ("breakfast", "lunch")
    earlier = [used("2026-03-02", p if k == "meal" else "snack", kind=k) for k, p in zip(kinds, periods, strict=True)]
    assert priced(version, a_meal(meal=meal), usage=Usage(tuple(earlier))).subsidy_fen == fen


def test_a_limit_of_money_gives_what_is_left():
    version = version_of(layer('{fixed: "3.00"}', limits='[{at_most_yuan: "5.00", per: month}]'))
    assert priced(version, usage=Usage((used("2026-03-01", fen=400),))).subsidy_fen == 100


def test_chance_names_window_and_ordinal():
    version = version_of(layer('{fixed: "3.00"}', limits="[{at_most: 5, per: week}]"))
    week = priced(version, a_meal(on="2026-03-04"), usage=Usage((used("2026-03-02"),))).chances[1]
    assert (week.per, week.window, week.ordinal, week.limit) == ("week", "2026-03-02", 2, 5)


@pytest.mark.parametrize(
    ("answer", "on", "fen"),
    [("working_days", "2026-02-14", 300), ("days_off", "2026-02-14", 0), ("working_days", "2026-02-16", 0)],
)
def test_make_up_saturday_counts_as_the_policy_answers(answer, on, fen):
    body = layer('{fixed: "3.00"}').replace("days: every_day", "days: working_days")
    assert priced(version_of(body, make_up_days=answer), a_meal(on=on)).subsidy_fen == fen


def test_a_year_without_calendar_is_provisional():
    body = layer('{fixed: "3.00"}').replace("days: every_day", "days: working_days")
    quote = priced(version_of(body), a_meal(on="2031-10-01"))
    assert (quote.provisional, quote.subsidy_fen) == (True, 300)


FIXED = "[{payer: city, pays: '3.00'}, {payer: district, pays: '2.00'}, {payer: town, pays: rest}]"


def test_fixed_parts_come_first_and_one_payer_bears_the_rest():
    assert priced(version_of(layer('{fixed: "6.00"}', paid_by=FIXED))).split == (
        ("city", 300), ("district", 200), ("town", 100),
    )  # fmt: skip


def test_ratio_always_adds_up():
    version = version_of(layer('{fixed: "5.05"}', paid_by="[{payer: city, share: 1}, {payer: district, share: 1}]"))
    parts = sorted(fen for _, fen in priced(version).split)
    assert parts == [252, 253]


def test_a_dry_pot_passes_the_rest_to_the_next_source():
    paid_by = "[{payer: charity_pot, pays: rest, pot: yes}, {payer: city, pays: rest}]"
    version = version_of(layer('{fixed: "5.00"}', paid_by=paid_by))
    assert priced(version, a_meal(pots=(("charity_pot", 120),))).split == (
        ("charity_pot", 120),
        ("city", 380),
    )


def test_layers_stack_each_with_its_own_people():
    second = layer('{fixed: "2.00"}', who="{age: 80+}").replace("id: meal", "id: extra").split("\n", 1)[1]
    version = version_of("of_several_subsidies: stack\n" + layer('{fixed: "3.00"}') + second)
    assert priced(version, senior=a_senior("1940-01-01")).subsidy_fen == 500
    assert priced(version).subsidy_fen == 300


def test_the_person_pays_at_least_the_stated_sum():
    version = version_of('own_payment: {at_least: "1.00", who: anybody}\n' + layer("free"))
    assert priced(version, a_meal(900)).own_fen == 100


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"confirmed": False}, "not_confirmed"),
        ({"deceased_on": date(2026, 3, 1)}, "deceased"),
        ({"housing": "institution"}, "excluded_institution"),
        ({"schemes": ("long_term_care",)}, "excluded_paid_elsewhere"),
    ],
)
def test_excluded_people_pay_the_full_price(facts, reason):
    excluded = (
        "excluded: [{id: institution, when: {housing: institution}}, {id: paid_elsewhere, when: {other_scheme: yes}}]\n"
    )
    quote = priced(version_of(excluded + layer("free")), senior=a_senior(**facts))
    assert (quote.own_fen, quote.reasons) == (1500, (reason,))


@pytest.mark.parametrize(("gets", "support_fen"), [('{up_to: "2.00"}', 200), ("free", 300), ('{fixed: "9.00"}', 300)])
def test_delivery_has_its_own_people_and_never_pays_more_than_the_fee(gets, support_fen):
    delivery = (
        "\ndelivery: [{id: trip, with_subsidised_meal_only: no, paid_by: city, of_several_classes: first,"
        f" classes: [{{id: old, who: {{age: 75+}}, gets: {gets}}}]}}]"
    )
    version = version_of(layer('{fixed: "3.00"}', more=delivery))
    meal = a_meal(mode="delivery", delivery_fee_fen=300)
    assert priced(version, meal).delivery_subsidy_fen == support_fen
    assert priced(version, meal, a_senior("1955-01-01")).delivery_subsidy_fen == 0


@pytest.mark.parametrize(("per", "fen"), [("subsidised_meal", 0), ("served_meal", 200), ("person_day", 200)])
def test_operator_money_may_follow_the_meal_or_the_subsidy(per, fen):
    operator = (
        f"\noperator_money: [{{id: run, per: {per}, paid_by: district, of_several_classes: first,"
        ' classes: [{id: live, who: {site_live: yes}, gets: {fixed: "2.00"}}]}]'
    )
    version = version_of(layer("free", who="{age: 90+}", more=operator))
    live = a_meal(site=Site(live_on=date(2026, 3, 1)))
    assert priced(version, live).operator_fen == fen
    assert priced(version, a_meal()).operator_fen == 0


def test_ordering_a_day_ahead_can_be_a_condition():
    version = version_of(layer("free", who="{ordered_days_ahead: 1}"))
    assert priced(version, a_meal(ordered_on=date(2026, 3, 1))).own_fen == 0
    assert priced(version, a_meal(ordered_on=date(2026, 3, 2))).own_fen == 1500


def test_a_voluntary_contribution_never_changes_the_subsidy():
    version = version_of(layer('{fixed: "3.00"}'))
    assert priced(version, a_meal(contribution_fen=500)).subsidy_fen == priced(version, a_meal()).subsidy_fen


@pytest.mark.parametrize(
    ("how", "of", "fen"),
    [
        ("half_up", "subsidy", 503),
        ("down", "subsidy", 502),
        ("half_up", "payment", 502),
        ("down", "payment", 503),
    ],
)
def test_rounding_is_of_the_subsidy_or_of_the_payment(how, of, fen):
    rounding = f"{{how: {how}, of: {of}, to: fen}}"
    assert priced(version_of(layer("{percent: 50, of: price}"), rounding=rounding), a_meal(1005)).subsidy_fen == fen


def test_residence_permit_and_place_of_the_canteen_can_be_asked_for():
    who = "{permit: {city: 深圳}, canteen: {district: 福田区}}"
    version = version_of(layer("free", who=who))
    meal = a_meal(canteen=Place(city="深圳市", district="福田"))
    assert priced(version, meal, a_senior(permit=Place(city="深圳市"))).own_fen == 0


def test_quote_survives_json():
    quote = priced(version_of(layer('{fixed: "6.00"}', paid_by=FIXED, limits="[{at_most: 1, per: day}]")))
    assert Quote.from_json(quote.to_json()) == quote
