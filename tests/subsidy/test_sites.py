from __future__ import annotations

from datetime import date

import pytest

from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_register
from canteen.subsidy.sites import money_to_site, site_money
from canteen.subsidy.values import Site
from tests.subsidy.builders import HEAD, version_of

GRANT = """\
site_money:
  - id: g
    per: {per}
    who: anybody
    gets: {gets}
    opening: {part}
    closing: {part}
    paid_in: following_year
    paid_by: city
"""


def due(gets, site, *, per="year", part="by_month", month=None):
    return site_money(version_of(GRANT.format(gets=gets, per=per, part=part)), site, 2025, month=month)


@pytest.mark.parametrize(
    ("part", "fen"),
    [("by_month", 900_000), ("by_day", 871_233), ("full", 1_200_000), ("nothing", 0)],
)
def test_a_year_with_an_opening_inside_follows_the_stated_rule(part, fen):
    assert due('{flat: "12000.00"}', Site(opened_on=date(2025, 4, 11)), part=part).fen == fen


@pytest.mark.parametrize(
    ("gets", "site", "fen"),
    [
        (
            '{by_headcount: [{from: 30, pays: "1000.00"}, {from: 60, pays: "2000.00"}]}',
            Site(headcount=59),
            100_000,
        ),
        ('{per_head: "50.00", ceiling: "2000.00"}', Site(headcount=59), 200_000),
        ('{by_grade: {一级: "3000.00", 二级: "2000.00"}}', Site(grade="二级"), 200_000),
        ('{flat: "1000.00", times_rating: {from: 1, to: 1.25}}', Site(rating_percent=120), 120_000),
        ('{percent_of_cost: 50, ceiling: "10000.00"}', Site(cost_fen=1_500_000), 750_000),
    ],
)
def test_money_to_a_site_of_each_shape(gets, site, fen):
    assert due(gets, site).fen == fen


def test_award_is_paid_in_the_following_year():
    assert due('{flat: "1.00"}', Site()).lines[0].paid_in_year == 2026


VERSIONS = """\
versions:
  - version: "1"
    from: 2025-01-01
    given: deducted_at_payment
    document: {number: 样例, title: 样例, source: 样例}
    site_money:
      - {id: g, per: year, who: anybody, gets: {flat: "12000.00"}, opening: by_month,
         closing: by_month, PART, paid_in: same_year, paid_by: city}
      - {id: b, per: once, who: anybody, gets: {flat: "100.00"}, paid_in: same_year, paid_by: city}
  - version: "2"
    from: 2025-07-01
    given: deducted_at_payment
    document: {number: 样例, title: 样例, source: 样例}
    site_money:
      - {id: g, per: year, who: anybody, gets: {flat: "24000.00"}, opening: by_month,
         closing: by_month, PART, paid_in: same_year, paid_by: city}
      - {id: b, per: once, who: anybody, gets: {flat: "200.00"}, paid_in: same_year, paid_by: city}
"""


def two_versions(part):
    return read_policy(HEAD.split("versions:")[0] + VERSIONS.replace("PART", part), "two.yaml", shipped_register())


@pytest.mark.parametrize(
    ("part", "opened", "fen"),
    [
        ("version_part: by_month", date(2024, 1, 1), 1_800_000),
        ("version_part: full", date(2024, 1, 1), 2_400_000),
        ("version_part: by_month", date(2025, 3, 1), 1_600_000 + 10_000),
        ("version_part: by_month", date(2025, 10, 1), 600_000 + 20_000),
    ],
)
def test_two_versions_in_one_year_pay_their_parts_or_the_later_one_pays(part, opened, fen):
    due = money_to_site(two_versions(part), Site(opened_on=opened), 2025)
    assert due is not None
    assert due.fen == fen == sum(part for _, part in due.split)


def test_no_version_in_the_period_gives_nothing():
    assert money_to_site(two_versions("version_part: full"), Site(), 2024) is None
