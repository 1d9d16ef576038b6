"""Whatever the counter decides can be said, in one word and one reason."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from canteen import checkin
from canteen.web import scan_words
from tests import builders as make

SERVED = checkin.Answer(
    "scan-0001", "ok", "served", {"because": []}, person_masked="张*英", dishes="红烧鸡块", meal="lunch",
    collect_fen=600, agreed_fen=600, redemption_ref="M-1", tender="cash", actions=("undo",),
)  # fmt: skip


def decided() -> set[str]:
    """Collect every reason that the counter can give from the source of the capability."""
    texts = set()
    for path in Path(checkin.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Halt":
                texts.add(node.args[1].value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Answer" and len(node.args) > 2:
                texts.add(node.args[2].value)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
                texts.add(node.value.value)
    return texts


def test_every_reason_can_be_said():
    assert decided() >= {"served", "undone", "forged_code"}
    assert decided() == scan_words.reasons() - {"other_place", "another_dish"}


@pytest.mark.parametrize(("fen", "text"), [(600, "收 6 元"), (650, "收 6.5 元"), (0, "不用付"), (None, "")])
def test_the_amount_is_said_as_people_say_it(fen, text):
    assert scan_words.said(replace(SERVED, collect_fen=fen))["collect"] == text


def test_nothing_to_pay_offers_no_way_of_paying():
    assert scan_words.said(replace(SERVED, collect_fen=0))["tenders"] == []


def test_a_dearer_price_is_said_with_the_difference_and_one_reason():
    dearer = replace(SERVED, reason="served_dearer", collect_fen=1600, params={"because": ["excluded_x", "limit_week"]})

    assert scan_words.said(dearer)["why"] == "比订时多 10 元：这周的次数用完了"


def test_a_reason_nobody_may_hear_is_said_in_general():
    dearer = replace(SERVED, reason="served_dearer", collect_fen=1600, params={"because": ["fact_death"]})

    assert scan_words.said(dearer)["why"] == "比订时多 10 元：价钱有变动"


@pytest.mark.parametrize("is_stored", [False, True])
def test_taken_already_says_when_and_where(is_stored):
    params = {"at": make.NOON, "place": "别处食堂", "is_here": False, "meal": "lunch", "price_fen": 1600}
    answer = checkin.Answer("scan-0001", "warn", "already_served", params, actions=("again",))
    told = scan_words.said(checkin.Answer.read(answer.stored()) if is_stored else answer)

    assert (told["word"], told["why"], told["collect"]) == ("取过了", "11:30 已在别处食堂取走", "不再收")
    assert "全价 16 元" in told["next"]
    assert told["actions"] == [{"id": "again", "label": "再打一份"}]


def test_an_allergy_offers_another_dish():
    answer = checkin.Answer(
        "scan-0001", "bad", "allergy", {"allergen": "花生", "dishes": "宫保鸡丁"}, actions=("eat_now",)
    )
    told = scan_words.said(answer)

    assert (told["allergy"], told["why"]) == ("花生", "宫保鸡丁")
    assert told["actions"] == [{"id": "eat_now", "label": "换一份"}]


def test_advice_that_is_no_act_makes_no_button():
    answer = checkin.Answer("scan-0001", "bad", "unknown_code", actions=("type_number",))

    assert scan_words.said(answer)["actions"] == []


def test_who_may_not_undo_sees_no_button_for_it():
    assert scan_words.said(SERVED, may_undo=False)["actions"] == []
