"""Hold what a running canteen consists of, for web, jobs and commands."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Self

from canteen import checkin
from canteen.foundation.db import Database
from canteen.foundation.secrecy import Vault
from canteen.foundation.settings import Settings


@dataclass(frozen=True)
class House:
    """Hold the settings, the database and the keys of the counter."""

    settings: Settings
    database: Database
    keys: checkin.Keys

    @classmethod
    def build(cls, settings: Settings) -> Self:
        """Make the folder for files and open the database with its data keys."""
        settings.var.mkdir(parents=True, exist_ok=True)
        return cls(
            settings=settings,
            database=Database(settings.database_url, Vault(settings.data_keys)),
            keys=checkin.Keys(code=settings.code_keys, card=settings.card_keys),
        )

    @property
    def is_demo(self) -> bool:
        """Tell whether the canteen runs on a clock of its own; production never does."""
        return self.settings.clock is not None

    @property
    def version(self) -> str:
        """Return the version that pyproject.toml states."""
        project = tomllib.loads((self.settings.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return str(project["version"])
