"""Say what a plan holds in words: reasons and what would help, differences, minutes and hours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash

from canteen import rounds
from canteen.foundation.clock import CHINA


@cache
def words() -> dict[str, Any]:
    """Return what the pages of rounds say."""
    return tomllib.loads(Path(__file__).with_name("rounds.toml").read_text(encoding="utf-8"))


def label(table: str, key: str) -> str:
    """Say a value in words; what has none is shown as it is."""
    return str(words()[table].get(key, key))


def options(table: str) -> list[tuple[str, str]]:
    """List what a form lets one choose from."""
    return list(words()[table].items())


def tell(name: str, /, **params: object) -> None:
    """Say on the next page what was done."""
    flash(words()["told"][name].format(**params), "ok")


def time_of(at: datetime) -> str:
    """Write a time of day."""
    return f"{at.astimezone(CHINA):%H:%M}"


def clock_of(second: int) -> str:
    """Write a second after midnight as a time of day."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def minutes(seconds: int) -> int:
    """Round to whole minutes."""
    return round(seconds / 60)


def about(at: datetime) -> str:
    """Write a time as one promises it: to the nearest five minutes."""
    nearest = rounds.promised(at).astimezone(CHINA)
    return f"{nearest.hour}:{nearest.minute:02d}"


def remedy(said: Mapping[str, Any]) -> str:
    """Say what would help; empty where nothing is known."""
    if not said:
        return ""
    kind, skills = said["kind"], [label("skills", one) for one in said.get("skills", ())]
    ways = words()["remedies"]
    return str(ways[kind]).format(
        start=clock_of(said["start"]) if "start" in said else ways["no_start"],
        end=clock_of(said["end"]) if "end" in said else "",
        minutes=-(-int(said.get("amount", 0)) // 60),
        amount=said.get("amount", ""),
        skills=f"（{'、'.join(skills)}）" if skills else "",
    )


def difference(one: rounds.Difference, names: Mapping[str, str], diners: Mapping[str, str]) -> dict[str, Any]:
    """Show what became of one order between two plans."""
    return {
        "diner": diners.get(one.order, one.order),
        "kind": label("differences", one.kind),
        "before": _standing(one.before, names),
        "after": _standing(one.after, names),
        "minutes": f"{one.minutes:+d}" if one.minutes else "",
    }


def _standing(one: rounds.Standing | None, names: Mapping[str, str]) -> str:
    if one is None:
        return "—"
    return f"{names.get(one.courier, one.courier)} 第{one.trip}趟 第{one.position}家 {clock_of(one.start)}"
