"""What was reached on the corpora is held: a floor a little below, so that it cannot rot in silence."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.evaluation import nlu_eval, read_menu
from bot.understanding import Lexemes, requests, without_menu
from bot.understanding.dates import read_when
from bot.understanding.normalise import normalise
from tests.bot.understanding.scored import scored

CORPUS = Path(__file__).parent / "corpus"
MENU = CORPUS / "menu.yaml"


def evaluate(gold, tmp_path):
    out = tmp_path / "pred.jsonl"
    return CliRunner().invoke(nlu_eval, [str(gold), "--menu", str(MENU), "--out", str(out)]), out


def records(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("name", "exact", "intents", "slots", "harmful"),
    [("dev", 98, 98, 98, 1), ("tuning", 97, 98, 98, 2), ("held_out", 90, 96, 96, 5)],
)
def test_understanding_stays_above_its_floor(name, exact, intents, slots, harmful, tmp_path):
    result, out = evaluate(CORPUS / f"{name}.jsonl", tmp_path)
    assert result.exit_code == 0, result.output

    figures = scored(records(CORPUS / f"{name}.jsonl"), records(out))

    assert figures.exact >= exact, figures
    assert figures.intents >= intents, figures
    assert figures.slots >= slots, figures
    assert figures.harmful <= harmful, figures
    assert figures.missed == (), figures
    assert len(figures.false_alarms) <= 1, figures


def test_days_are_read_as_the_table_says():
    wrong = [
        (one["text"], found)
        for one in records(CORPUS / "dates.jsonl")
        if (found := days_of(one)) not in [one["dates"], *one.get("accept", [])]
    ]

    assert wrong == []


def days_of(one):
    today = datetime.fromisoformat(one["now"]).date()
    return [day.isoformat() for day in read_when(normalise(one["text"]), today).dates]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "1", "now": "2026-03-11T09:30"}',
        '{"id": "1", "text": "好"}',
        '{"id": "1", "now": "gestern", "text": "好"}',
        '{"id": "1", "now": "2026-03-11T09:30", "turns": [{"text": 7}]}',
        '{"id": "1", "now": "2026-03-11T09:30", "turns": [{"text": "好", "bot": {"ask": 1}}]}',
    ],
)
def test_a_malformed_record_is_refused_with_its_line(line, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "0", "now": "2026-03-11T09:30", "text": "好"}\n' + line + "\n", "utf-8")

    result, out = evaluate(gold, tmp_path)

    assert result.exit_code == 1
    assert "line 2" in result.output
    assert not out.exists()


def test_what_the_gold_says_is_never_looked_at(tmp_path):
    bare = {"id": "0", "now": "2026-03-11T09:30", "text": "明天中午红烧肉一份"}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(bare | {"acts": [{"intent": "bye"}], "tags": ["x"]}) + "\n", "utf-8")

    _, out = evaluate(gold, tmp_path)

    assert records(out)[0]["acts"] == [
        {
            "intent": "order",
            "meals": ["lunch"],
            "dates": ["2026-03-12"],
            "items": [{"dish": "红烧肉", "qty": 1}],
        }
    ]


@pytest.mark.parametrize("name", ["dev", "tuning", "held_out"])
def test_what_is_read_without_a_menu_is_read_the_same_with_it(name):
    dishes = Lexemes(read_menu(MENU).dishes)
    said = [
        (turn["text"], datetime.fromisoformat(one["now"]).date())
        for one in records(CORPUS / f"{name}.jsonl")
        for turn in one.get("turns", [one])
    ]

    read = [(text, day, acts) for text, day in said if (acts := without_menu(text, day))]

    assert len(read) >= 5
    assert [text for text, day, acts in read if acts != requests(text, day, dishes)] == []
