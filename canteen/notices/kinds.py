"""Know what holds for each kind of notice, as `kinds.toml` states it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from canteen.notices.rules import Kind

_STATED = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
KINDS: Mapping[str, Kind] = {
    name: Kind(waits=stated["waits"], worth=timedelta(hours=stated["hours"]), is_called=stated["called"])
    for name, stated in _STATED.items()
}
# What nobody stated wakes nobody, and is not worth a telephone call.
_UNSTATED = Kind(waits=True, worth=timedelta(days=1), is_called=False)


def kind_of(name: str) -> Kind:
    """Return what holds for a kind."""
    return KINDS.get(name, _UNSTATED)
