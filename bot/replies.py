"""Say things to people of eighty, as a kind helper would.

Every sentence lives in ``words.toml``.

A sentence has at most sixty characters and one question; read-backs, lists and explanations have at most eight short
lines. A choice is a number to answer with and, on a telephone, a line to tap.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from canteen.foundation.clock import CHINA, service_day
from canteen.foundation.errors import CanteenError
from canteen.foundation.money import spoken_yuan

_WEEKDAYS = "一二三四五六日"
_NEAR = {0: "今天", 1: "明天", 2: "后天"}
_UNSEALED = str.maketrans({"<": "〈", ">": "〉", '"': "”", "&": "＆", "{": "（", "}": "）"})


@cache
def words() -> dict[str, dict[str, Any]]:
    """Return every sentence, by group and name."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def say(name: str, /, **facts: Any) -> str:
    """Fill a sentence such as ``order.done``.

    Names and dishes cannot smuggle a tappable link in.
    """
    group, _, key = name.partition(".")
    safe = {fact: value.translate(_UNSEALED) if isinstance(value, str) else value for fact, value in facts.items()}
    sentence: str = words()[group][key]
    return sentence.format(**safe)


def refusal(error: CanteenError, today: date) -> str:
    """Turn a refusal into a sentence, mostly with the next possible step."""
    return reason(error.code, today, error.params)


def reason(code: str, today: date, params: dict[str, Any] | None = None) -> str:
    """Say a code of a refusal; an unknown one becomes the kind general one."""
    group, _, name = code.partition(".")
    sentence = words()["refusals"].get(group, {}).get(name)
    if sentence is None:
        return say("general.cannot")
    return str(sentence).format_map(_Facts(params or {}, today))


class _Facts(dict[str, str]):
    """Speak the parameters of a refusal."""

    def __init__(self, params: dict[str, Any], today: date) -> None:
        super().__init__({name: spoken(value, today) for name, value in params.items()})

    def __missing__(self, _name: str) -> str:
        return ""


def spoken(value: Any, today: date) -> str:
    """Speak a value of any kind that a refusal carries."""
    if isinstance(value, datetime):
        return clock_time(value)
    if isinstance(value, date):
        return near_day(value, today)
    text = str(value)
    known = words()["meal"].get(text) or words()["mode"].get(text)
    return str(known) if known else text.translate(_UNSEALED)


def meal_name(meal: str) -> str:
    """Name a meal period the way people do."""
    return str(words()["meal"][meal])


def mode_name(mode: str) -> str:
    """Name the way a meal reaches a person."""
    return str(words()["mode"][mode])


def near_day(day: date, today: date) -> str:
    """Name a day shortly: 今天, 明天, 后天, else 星期四（12号）."""
    return _NEAR.get((day - today).days) or _weekday(day)


def full_day(day: date, today: date) -> str:
    """Name a day so that nobody errs: 明天 星期四（12号）."""
    near = _NEAR.get((day - today).days)
    return f"{near} {_weekday(day)}" if near else f"{day.month}月 {_weekday(day)}"


def clock_time(at: datetime) -> str:
    """Write the canteen's local time of an instant: 9:30."""
    local = at.astimezone(CHINA)
    return f"{local.hour}:{local.minute:02d}"


def deadline(cutoff_at: datetime, at: datetime) -> str:
    """Say until when, with the day where it is not today."""
    day = service_day(cutoff_at)
    today = service_day(at)
    return clock_time(cutoff_at) if day == today else f"{near_day(day, today)}{clock_time(cutoff_at)}"


def yuan(amount_fen: int) -> str:
    """Say an amount of money: 6.5元."""
    return f"{spoken_yuan(amount_fen)}元"


def choices(labels: Sequence[str], serial: int) -> str:
    """Write numbered lines that can also be tapped.

    The serial ties a tap to its question.
    """
    return "\n".join(_choice(number, label, serial) for number, label in enumerate(labels, 1))


def _choice(number: int, label: str, serial: int) -> str:
    clean = label.translate(_UNSEALED)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={clean}&msgmenuid={serial}-{number}">{number} {clean}</a>'


def _weekday(day: date) -> str:
    return f"星期{_WEEKDAYS[day.weekday()]}（{day.day}号）"


def money(quote: Any) -> str:
    """Say price, subsidy and own share in one line.

    Where nothing is given nothing is spoken of.
    """
    price = quote.price_fen + quote.delivery_fee_fen
    given = quote.subsidy_fen + quote.discount_fen + quote.delivery_subsidy_fen
    fee = say("order.fee", fee=yuan(quote.delivery_fee_fen)) if quote.delivery_fee_fen else ""
    facts = {"price": yuan(price), "own": yuan(quote.own_fen), "given": yuan(given), "fee": fee}
    return say("order.money_given" if given else "order.money", **facts)


def notice(kind: str, content: dict[str, Any]) -> str:
    """Say a notice from the outbox; an unknown kind says its own text."""
    if kind == "text":
        return str(content["text"])
    facts = dict(content)
    if "day" in facts:
        day = date.fromisoformat(facts["day"])
        facts["day"] = f"{day.month}月 {_weekday(day)}"
    if "meal" in facts:
        facts["meal"] = meal_name(facts["meal"])
    return say(f"notice.{kind}", **facts)


def menu_buttons() -> list[dict[str, Any]]:
    """Return the three buttons under the conversation."""
    names = words()["button"]
    return [{"type": "click", "name": names[key], "key": key} for key in ("order", "code", "mine")]
