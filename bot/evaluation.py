"""Read a corpus of messages and write what was understood: ``flask nlu-eval``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import yaml

from bot.understanding import Asked, Canteen, Dish, Lexemes, fold, understand, written

Record = dict[str, Any]
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("nlu-eval", help="Understand the messages of GOLD, a file of JSON lines, and write the acts to a file.")
@click.argument("gold", type=_FILE)
@click.option("--menu", required=True, type=_FILE, help="Dishes and canteens that stand in for the live menu.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def nlu_eval(gold: Path, menu: Path, out: Path) -> None:
    """Write one line for each record; nothing is written where a record is malformed."""
    names = read_menu(menu)
    understand("", date.min, names)
    answers = [answered(record, names) for record in read_corpus(gold)]
    lines = (json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
    out.write_text("".join(lines), "utf-8")
    click.echo(f"{len(answers)} records")


def read_menu(path: Path) -> Lexemes:
    """Read a fixture of dishes and canteens."""
    try:
        menu = yaml.safe_load(path.read_text("utf-8"))
        dishes = tuple(Dish(dish["name"], tuple(dish.get("alias") or ())) for dish in menu["dishes"])
        canteens = tuple(Canteen(one["id"], (one["name"], *(one.get("alias") or ()))) for one in menu["canteens"])
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path}: no menu of dishes and canteens: {error}") from error
    return Lexemes(dishes, canteens)


def read_corpus(path: Path) -> Iterator[Record]:
    """Read the records of a corpus; a malformed one is refused with the number of its line."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            _check(record)
        except (ValueError, KeyError, TypeError) as error:
            raise click.ClickException(f"{path}, line {number}: {_reason(error)}") from error
        yield record


def answered(record: Record, names: Lexemes) -> Record:
    """Understand one record, a message or a conversation, and say how many milliseconds it took."""
    begun = time.perf_counter()
    today = datetime.fromisoformat(record["now"]).date()
    if "turns" in record:
        answer = _conversation(record, today, names)
    else:
        answer = {"acts": [written(act) for act in understand(record["text"], today, names)]}
    return {"id": record["id"], **answer, "ms": round((time.perf_counter() - begun) * 1000, 3)}


def _conversation(record: Record, today: date, names: Lexemes) -> Record:
    standing = fold.begin(record.get("existing", ()))
    turns = []
    for turn in record["turns"]:
        bot = turn.get("bot") or {}
        asked = Asked(bot.get("ask", ""), tuple(bot.get("options", ())))
        acts = understand(turn["text"], today, names, asked)
        records = [written(act) | ({"adds": True} if act.adds else {}) for act in acts]
        fold.take(standing, records, asked.kind, partial(_picked, asked=asked, today=today, names=names))
        turns.append({"acts": [written(act) for act in acts]})
    return {"turns": turns, "final": standing.final}


def _picked(choice: int, asked: Asked, today: date, names: Lexemes) -> Record:
    """Read the chosen option as the slots that its words say."""
    place = choice - 1 if choice > 0 else choice
    if not -1 <= place < len(asked.options):
        return {}
    act = written(understand(asked.options[place], today, names)[0])
    slots = ("dates", "meals", "items", "mode", "persons", "canteen", "dishes")
    return {slot: act[slot] for slot in slots if slot in act}


def _check(record: Any) -> None:
    for name in ("id", "now"):
        if not isinstance(record[name], str):
            raise TypeError(f"{name} is no text")
    datetime.fromisoformat(record["now"])
    for message in record.get("turns", [record]):
        if not isinstance(message["text"], str):
            raise TypeError("text is no text")
        bot = message.get("bot") or {}
        if not isinstance(bot.get("ask", ""), str) or not all(isinstance(one, str) for one in bot.get("options", ())):
            raise TypeError("bot is no question with options")
    if not all(isinstance(order, dict) for order in record.get("existing", ())):
        raise TypeError("existing is no list of orders")


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
