"""Write packs of a lived month, change what is in them as a forger would, and ask the checker."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from canteen import auditpack, settlement
from canteen.foundation import canonical
from canteen.foundation.db import EVERYWHERE, Database
from canteen.places import Canteen
from tests.settlement import months

Row = dict[str, Any]
CHECKER = Path(auditpack.__file__).with_name("check.py")


@dataclass
class Answer:
    """Hold what the checker said: its exit status and its findings as (where, number, kind)."""

    status: int
    found: set[tuple[str, int, str]]
    said: str

    @property
    def kinds(self) -> set[str]:
        """Return the kinds of what was found."""
        return {kind for _, _, kind in self.found}


def a_month(database: Database) -> str:
    """Let people eat for a month, and freeze its statement; answers its number."""
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        canteen_id = world.town.canteen_id
        return settlement.freeze(
            session, canteen_id=canteen_id, month=months.MONTH, actor="staff:li", at=months.AFTER
        ).ref


def packed(database: Database) -> bytes:
    """Write the pack of all canteens."""
    file = io.BytesIO()
    with database.reading(EVERYWHERE) as session:
        ids = list(session.scalars(select(Canteen.id)))
        asked = auditpack.Asked(ids, "staff:zhao", months.AFTER)
        auditpack.write(session.connection(), asked, file)
    return file.getvalue()


def files(pack: bytes) -> dict[str, bytes]:
    """Return the files of a pack."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(pack: bytes, name: str) -> list[Row]:
    """Return the rows of a file of a pack."""
    return [json.loads(line) for line in files(pack)[name].decode().splitlines()]


def forged(pack: bytes, name: str, change: Callable[[list[Row]], None]) -> bytes:
    """Change the rows of a file, and the manifest with it, as somebody who knows how a pack is made."""
    told = rows(pack, name)
    change(told)
    return replaced(pack, name, "".join(f"{canonical.text(row)}\n" for row in told).encode())


def replaced(pack: bytes, name: str, content: bytes | None, *, noted: bool = True) -> bytes:
    """Put other content in the place of a file, or take the file out; ``noted`` in the manifest or not."""
    held = files(pack)
    manifest = json.loads(held.pop("manifest.json"))
    held.pop(name, None)
    if content is not None:
        held[name] = content
    if noted:
        manifest["files"].pop(name, None)
        if content is not None:
            manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for other, kept in held.items():
            archive.writestr(other, kept)
        archive.writestr("manifest.json", canonical.text(manifest))
    return file.getvalue()


def checked(pack: bytes, folder: Path, *papers: str) -> Answer:
    """Run the checker as on an auditor's computer: alone, with the standard library."""
    (folder / "pack.zip").write_bytes(pack)
    command = [sys.executable, "-I", "-S", str(CHECKER), "pack.zip", *(f"--paper={paper}" for paper in papers)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")
    assert "Traceback" not in ran.stderr, ran.stderr
    found = set()
    for line in ran.stdout.splitlines():
        where, mark, rest = line.partition(" #")
        if mark and ":" in rest and not line.startswith(" "):
            number, _, kind = rest.split(":")[0].partition(" ")
            found.add((where, int(number), kind))
    return Answer(ran.returncode, found, ran.stdout + ran.stderr)
