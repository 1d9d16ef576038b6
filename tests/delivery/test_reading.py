from __future__ import annotations

import json

import pytest

from canteen import delivery
from canteen.foundation.errors import Invalid
from tests.delivery.cases import generated


def _changed(path, value):
    document = generated(1)
    here = document
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["format"], "delivery-case/2", "format"),
        (["locations"], [], "locations"),
        (["locations"], 7, "locations"),
        (["locations", 0, "x"], float("nan"), "file"),
        (["locations", 0, "x"], float("inf"), "file"),
        (["locations", 0, "x"], 1e300, "locations[0].x"),
        (["locations", 0, "x"], True, "locations[0].x"),
        (["travel"], None, "travel.type"),
        (["travel", "values"], [[0]], "travel.values"),
        (["travel", "values", 1], [0], "travel.values[1]"),
        (["travel", "values", 1, 0], -5, "travel.values[1]"),
        (["travel", "values", 1, 1], 5, "travel.values[1]"),
        (["travel", "values", 1, 0], 2.5, "travel.values[1]"),
        (["depots"], [], "depots"),
        (["depots", 0, "location"], 99, "depots[0].location"),
        (["couriers", 0, "depot"], "elsewhere", "couriers[0].depot"),
        (["couriers", 0, "capacity"], -1, "couriers[0].capacity"),
        (["couriers", 0, "capacity"], 10**30, "couriers[0].capacity"),
        (["couriers", 0, "shift"], [2, 1], "couriers[0].shift"),
        (["couriers", 0, "copies"], 10**9, "couriers[0].copies"),
        (["couriers", 0, "max_trips"], 0, "couriers[0].max_trips"),
        (["couriers", 1, "id"], "c0", "couriers[1]"),
        (["orders", 0], "an order", "orders[0]"),
        (["orders", 0, "id"], "", "orders[0].id"),
        (["orders", 0, "id"], "a\nb", "orders[0].id"),
        (["orders", 1, "id"], "o0", "orders[1]"),
        (["orders", 0, "meals"], 0, "orders[0].meals"),
        (["orders", 0, "window"], [1], "orders[0].window"),
        (["orders", 0, "skills"], "lift", "orders[0].skills"),
        (["orders"], [{}] * 5001, "orders"),
        (["rules"], [], "rules"),
        (["rules", "hot_limit"], -1, "rules.hot_limit"),
        (["objective"], "fame", "objective"),
    ],
)
def test_malformed_case_is_refused_with_its_place(path, value, where):
    with pytest.raises(Invalid) as refusal:
        delivery.read_case(_changed(path, value))

    assert refusal.value.code == "delivery.malformed"
    assert refusal.value.params["where"] == where


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "7", '{"format": "delivery-case/1"}'])
def test_what_is_no_case_at_all_is_refused(text):
    with pytest.raises(Invalid):
        delivery.read_case(text)


def test_copies_of_a_courier_are_numbered():
    document = generated(1, couriers=1)
    document["couriers"][0] |= {"id": "V*", "copies": 3}

    assert list(delivery.read_case(json.dumps(document)).couriers) == ["V*1", "V*2", "V*3"]


def test_what_is_known_of_the_answer_does_not_change_the_hash():
    document = generated(1)
    told = document | {"best_known": {"cost": 1}, "note": "hard"}
    other = document | {"rules": {"hot_limit": 1}}

    hashes = [delivery.read_case(json.dumps(each)).input_hash for each in (document, told, other)]
    assert hashes[0] == hashes[1] != hashes[2]
