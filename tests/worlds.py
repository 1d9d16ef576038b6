"""Furnish a database once per process as many tests begin, so that each copies it instead of building it anew.

A test asks for a world by the name of its fixture, ``nation`` or ``town``, and its ``database`` is then a copy of that
world. Building one took longer than most tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from sqlalchemy.orm import Session

from canteen import access
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make


class Template(Protocol):
    """Make copies of a migrated database, empty or furnished."""

    def furnish(self, world: str) -> AbstractContextManager[str]:
        """Lend a copy to be furnished."""

    def copy(self, world: str = "") -> AbstractContextManager[str]:
        """Lend a fresh copy."""


def opened(url: str) -> Database:
    """Open a database of a test as the application does; it need not survive a power cut."""
    return Database(url, make.VAULT, survives_power_cut=False)


class Worlds:
    """Hold the worlds that were built in this process, and lend copies of them."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._built: dict[str, Any] = {}

    def built(self, world: str) -> Any:
        """Return what the builder of a world answered; builds the world where nobody asked for it before."""
        if world not in self._built:
            with self._template.furnish(world) as url:
                database = opened(url)
                with database.transaction(EVERYWHERE) as session:
                    self._built[world] = BUILDERS[world](session)
                database.dispose()
        return self._built[world]

    @contextmanager
    def copy(self, world: str = "") -> Iterator[str]:
        """Lend a fresh copy of a world; without a name, of the empty database."""
        if world:
            self.built(world)
        with self._template.copy(world) as url:
            yield url


def _nation(session: Session) -> None:
    make.the_nation(session)
    access.install(session, actor="test", at=make.BEFORE)


def _town(session: Session) -> make.Town:
    _nation(session)
    return make.a_town_of(session)


BUILDERS: dict[str, Callable[[Session], Any]] = {"nation": _nation, "town": _town}
