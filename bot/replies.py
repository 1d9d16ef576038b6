"""Say things to people of eighty, as a kind helper would.

Every sentence lives in ``words.toml``.

A sentence has at most sixty characters and one question; read-backs, lists and explanations have at most eight short
lines. A choice is a number to answer with and, on a telephone, a line to tap.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
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


def days(listed: Sequence[date]) -> str:
    """Name some days in one word: 3、4、5号, with the month before a day of another."""
    parts: list[str] = []
    for before, day in zip([None, *listed], listed, strict=False):
        with_month = before is not None and day.month != before.month
        parts.append(f"{day.month}月{day.day}" if with_month else f"{day.day}")
    return "、".join(parts) + "号"


def period(first: date, last: date, today: date) -> str:
    """Name a stretch of days: 这个月, 上个月, 3月, else from and to."""
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        month = (today.year - first.year) * 12 + today.month - first.month
        if last >= today or (last + timedelta(days=1)).day == 1:
            return {0: "这个月", 1: "上个月"}.get(month, f"{first.year}年{first.month}月")
    year = "" if first.year == today.year else f"{first.year}年"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}年"
    if first == last:
        return f"{year}{first.month}月{first.day}号"
    return f"{year}{first.month}月{first.day}号到{last.month}月{last.day}号"


def weekdays(listed: Sequence[int]) -> str:
    """Name days of the week: 一、三、五."""
    return "、".join(_WEEKDAYS[day - 1] for day in listed)


def month_day(day: date) -> str:
    """Name a day of any time: 12月31号."""
    return f"{day.month}月{day.day}号"


def distance(metres: int) -> str:
    """Say how far something is, not finer than anybody walks."""
    return f"{max(50, round(metres / 50) * 50)}米" if metres < 1000 else f"{round(metres / 1000, 1):g}公里"


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


def choices(labels: Sequence[str], serial: int, *, in_a_row: bool = False) -> str:
    """Write numbered lines that can also be tapped, or one line of them where the reply is long.

    The serial ties a tap to its question.
    """
    between = "  " if in_a_row else "\n"
    return between.join(_choice(number, label, serial) for number, label in enumerate(labels, 1))


def _choice(number: int, label: str, serial: int) -> str:
    clean = label.translate(_UNSEALED)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={clean}&msgmenuid={serial}-{number}">{number} {clean}</a>'


def diet_names(codes: Iterable[str]) -> list[str]:
    """Name wishes about the food as the register and the kitchen call them."""
    return [str(words()["diet"][code]) for code in codes if code in words()["diet"]]


def link(address: str, label: str) -> str:
    """Write an address that can be tapped; it is ours and needs no cover."""
    return f'<a href="{address}">{label}</a>'


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


def notice(kind: str, content: Mapping[str, Any]) -> str:
    """Say a notice from the outbox; an unknown kind says its own text."""
    return str(content["text"]) if kind == "text" else say(f"notice.{kind}", **facts(content))


def brief(kind: str, content: Mapping[str, Any]) -> str:
    """Say a notice in a field of twenty characters; a kind without such words as the sentence begins."""
    return say(f"brief.{kind}", **facts(content)) if kind in words()["brief"] else notice(kind, content)


def facts(content: Mapping[str, Any]) -> dict[str, Any]:
    """Speak what a notice holds: days, meals and amounts as people say them."""
    facts = dict(content)
    if "day" in facts:
        day = date.fromisoformat(facts["day"])
        facts["day"] = f"{day.month}月 {_weekday(day)}"
    if "meal" in facts:
        facts["meal"] = meal_name(facts["meal"])
    if "own_fen" in facts:
        facts["own"] = yuan(int(facts["own_fen"]))
    return facts


def menu_buttons(public_url: str) -> list[dict[str, Any]]:
    """Return the three buttons under the conversation: words to say, and pages that open."""
    names = words()["button"]

    def said(key: str) -> dict[str, Any]:
        return {"type": "click", "name": names[f"say_{key}"], "key": key}

    def page(name: str) -> dict[str, Any]:
        return {"type": "view", "name": names[name], "url": f"{public_url}/mine/enter?to={name}"}

    return [
        {"name": names["order_menu"], "sub_button": [page("order"), page("orders"), said("order")]},
        {"name": names["code_menu"], "sub_button": [page("code"), said("code")]},
        {"name": names["mine_menu"], "sub_button": [page("bill"), page("status"), page("family"), said("mine")]},
    ]
