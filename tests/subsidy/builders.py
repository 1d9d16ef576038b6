"""Write small policies inline and price meals under them."""

from __future__ import annotations

import textwrap
from datetime import date

from canteen.foundation.errors import Invalid
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.rules import quote
from canteen.subsidy.shelf import shipped_calendar, shipped_register
from canteen.subsidy.values import Facts, Meal, Place, Usage

HEAD = """\
policy: sample
name: 样例
region: "440300"
chosen_by: {hukou: {city: 深圳}}
payers: {city: 市, district: 区, town: 镇, charity_pot: 慈善}
answers:
  birthday: on_the_day
  last_valid_day: counts
  rounding: {how: half_up, of: subsidy, to: fen}
  threshold: before_discount
  make_up_days: working_days
  refunded_meal: gives_chance_back
  category_granted_late: topped_up
  subsidy_found_undue: recovered
  undue_in_good_faith_borne_by: operator
  two_canteens_one_chance: earliest_happened_at
  price_below_fixed_payment: person_pays_price
  operator_money_of_disallowed_meal: follows
versions:
  - version: "1"
    from: 2020-01-01
    given: deducted_at_payment
    document: {number: 样例 1 号, title: 样例, source: 样例}
"""

LAYER = """\
subsidies:
  - id: meal
    meals: any
    days: every_day
    modes: any
    limits: {limits}
    of_several_classes: {several}
    classes:
{classes}
    paid_by: {paid_by}
{more}"""


def layer(gets, *, who="anybody", limits="none", paid_by="city", several="best", classes=None, more=""):
    """Write one layer of subsidy with one class, or with the classes given."""
    lines = classes or [f"{{id: all, who: {who}, gets: {gets}}}"]
    listed = "\n".join(f"      - {line}" for line in lines)
    return LAYER.format(limits=limits, several=several, classes=listed, paid_by=paid_by, more=more)


def text_of(body, **answers):
    """Write a whole policy around the parts of one version, with some answers changed."""
    head = HEAD
    for question, answer in answers.items():
        lines = [f"  {question}: {answer}" if line.startswith(f"  {question}:") else line for line in head.splitlines()]
        head = "\n".join(lines) + "\n"
    return head + textwrap.indent(body, "    ")


def version_of(body, **answers):
    """Read the only version of a small policy."""
    return read_policy(text_of(body, **answers), "sample.yaml", shipped_register()).versions[0]


def problems_in(text):
    """Read a policy that should be refused and give its problems."""
    try:
        read_policy(text, "sample.yaml", shipped_register())
    except Invalid as error:
        return error.params["problems"]
    return ()


def a_senior(birth="1950-01-01", **facts):
    """Describe an invented senior of Shenzhen."""
    return Facts("S1", date.fromisoformat(birth), **{"hukou": Place(city="深圳"), **facts})


def a_meal(price_fen=1500, on="2026-03-02", meal="lunch", mode="dine_in", **more):
    """Describe a Monday lunch."""
    return Meal(date.fromisoformat(on), meal, mode, price_fen, **{"key": "S1|2026-03-02|lunch", **more})


def priced(version, meal=None, senior=None, usage=None):
    """Price a meal under a version."""
    return quote(
        version,
        senior or a_senior(),
        meal or a_meal(),
        usage=usage or Usage(),
        calendar=shipped_calendar(),
        register=shipped_register(),
    )
