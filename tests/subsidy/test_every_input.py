"""Whatever the rules can ask about is filled by every door: a new input that a door forgets fails here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from importlib import import_module

import pytest
from sqlalchemy.orm import Session

from canteen import places, seniors, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.places.tables import Canteen
from canteen.seniors.tables import FACTS, Person
from canteen.subsidy.values import Facts, Meal, Site
from tests import builders as make
from tests.house.tree import PRODUCT, dotted, sources
from tests.subsidy.builders import layer, text_of

# Who asks without a meal in hand: an estimate, and a question typed at a terminal.
ESTIMATES = ("canteen/settlement/gaps.py", "canteen/cli/policy.py")
# Who serves people that no rule knows of, at the full price.
FULL_PRICE = ("canteen/checkin/guest.py",)
# What is not filled for a meal, and why. Everything else must be.
NOT_OF_A_MEAL = {
    "headcount": "people of a period, counted for grants by settlement.site_on",
    "cost_fen": "spent on building, stated for grants in settlement.site_on",
    "awards_before": "awards of the year, counted for grants by settlement.awards_before",
    "contribution_fen": "a gift on top that never changes the subsidy; no door takes any yet",
    "standard_set_fen": "the version of the policy states its own standard set",
    "closed_on": "no meal is served where a canteen is closed",
}
# What looks the same filled and not: a canteen of the usual kind, and somebody whose number is known.
SAME_AS_BARE = {"kind", "confirmed"}
POT = layer('{fixed: "4.00"}', paid_by="[{payer: charity_pot, pays: rest, pot: yes}, {payer: city, pays: rest}]")


def _calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for source in sources(*PRODUCT):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == name:
                yield source.name, node


def test_every_door_hands_over_all_of_a_meal() -> None:
    wanted = [field.name for field in fields(subsidy.MealToPrice)]
    doors = [(name, call) for name, call in _calls("MealToPrice") if name not in (*ESTIMATES, *FULL_PRICE)]
    lacking = {
        name: missing
        for name, call in doors
        if (missing := set(wanted[len(call.args) :]) - {part.arg for part in call.keywords})
    }

    assert {name for name, _ in doors} == {
        "canteen/checkin/pack.py", "canteen/checkin/serve.py", "canteen/orders/offers.py",
        "canteen/settlement/replay.py", "canteen/web/mine/status.py",
    }  # fmt: skip
    assert not lacking


def test_grants_are_asked_with_all_of_a_site() -> None:
    ((_, site_on),) = [one for one in _calls("replace") if one[0] == "canteen/settlement/site_facts.py"]
    ((_, standing),) = [one for one in _calls("Site") if one[0] == "canteen/subsidy/published.py"]
    told = {part.arg for call in (site_on, standing) for part in call.keywords}

    assert {field.name for field in fields(Site)} <= told


def test_facts_are_read_with_all_that_a_person_has() -> None:
    ((_, facts_from),) = [one for one in _calls("Facts") if one[0] == "canteen/subsidy/gather.py"]

    assert {field.name for field in fields(Facts)} == {part.arg for part in facts_from.keywords}


@pytest.mark.both
def test_the_rules_are_asked_with_everything_that_is_known(database, monkeypatch) -> None:
    asked: list[tuple[Facts, Meal]] = []
    pricing = import_module("canteen.subsidy.price")  # The package's name for it is the verb.
    evaluate = pricing.quote

    def listening(version, facts, meal, **known):
        asked.append((facts, meal))
        return evaluate(version, facts, meal, **known)

    monkeypatch.setattr(pricing, "quote", listening)
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        subsidy.publish(session, text=text_of(POT), actor="staff:test", at=make.BEFORE)
        person, canteen = _known_in_every_way(session), _rated(session)
        meal = subsidy.MealToPrice(
            make.MONDAY, "lunch", "delivery", 1800, 200, make.BEFORE, ordered_in_time=True, diet="糖尿病餐"
        )
        subsidy.price(session, person=person, canteen=canteen, meal=meal)
    facts, priced = asked[0]
    empty = [
        *_empty(facts, Facts("")), *_empty(priced, Meal(date.min, "", "dine_in", 0)), *_empty(priced.site, Site()),
    ]  # fmt: skip

    assert set(empty) == NOT_OF_A_MEAL.keys() | SAME_AS_BARE


def _empty(held: Facts | Meal | Site, bare: Facts | Meal | Site) -> list[str]:
    return [field.name for field in fields(held) if getattr(held, field.name) == getattr(bare, field.name)]


def _known_in_every_way(session: Session) -> Person:
    """Register somebody with a fact of every kind that there is; a new kind must join."""
    person_id = make.a_senior(session, categories=["minimum_living"])
    more = {
        "permit": make.FUTIAN, "housing": "institution", "scheme": "长护险", "death": "死亡", "exit": "迁出",
    }  # fmt: skip
    for kind, value in more.items():
        seniors.add_fact(
            session, person_id=person_id, kind=kind, value=value, valid_from=make.MONDAY, evidence="证", source="test",
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
    assert {fact.kind for fact in seniors.facts_of(session, person_id=person_id)} == set(FACTS)
    return session.get_one(Person, person_id)


def _rated(session: Session) -> Canteen:
    canteen_id = make.a_canteen(session)
    for kind, value in (("grade", "三星"), ("percent", "120")):
        places.rate(
            session, canteen_id=canteen_id, kind=kind, value=value, valid_from=date(2026, 1, 1), valid_until=None,
            document="考核表", actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
    return session.get_one(Canteen, canteen_id)
