"""Keep an uploaded file between the dry run and the decision: sealed, for its owner only, for an hour, taken once.

The files lie below ``var/uploads`` under random names; where several machines serve pages they share that folder.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from canteen.foundation.errors import NotFound
from canteen.foundation.secrecy import Vault

KEPT_FOR = timedelta(hours=1)
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """Hold a file, what it was sent for, and the plan that its owner was shown."""

    owner: str
    name: str
    purpose: str
    fingerprint: str
    expires_at: datetime
    content: bytes = field(repr=False)


class Shelf:
    """Keep files in a folder, unreadable to whoever finds them there."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def keep(self, *, owner: str, name: str, purpose: str, fingerprint: str, content: bytes, at: datetime) -> str:
        """Keep a file and return the token that finds it; whatever is too old goes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep(at)
        token = secrets.token_hex(16)
        kept = {
            "owner": owner,
            "name": name,
            "purpose": purpose,
            "fingerprint": fingerprint,
            "expires_at": (at + KEPT_FOR).isoformat(),
            "content": base64.b64encode(content).decode(),
        }
        draft = self._folder / f"{token}.draft"
        draft.write_text(self._vault.seal(json.dumps(kept)), encoding="ascii")
        os.utime(draft, (at.timestamp(), at.timestamp()))
        draft.replace(self._folder / token)
        return token

    def look(self, token: str, *, owner: str, at: datetime) -> Upload:
        """Return a kept file; refuses ``office.upload_gone`` for a stranger's and for an old one alike."""
        if not _TOKEN.fullmatch(token):
            raise NotFound("office.upload_gone")
        try:
            kept = json.loads(self._vault.open((self._folder / token).read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError):
            raise NotFound("office.upload_gone") from None
        expires_at = datetime.fromisoformat(kept.pop("expires_at"))
        if kept["owner"] != owner or at >= expires_at:
            raise NotFound("office.upload_gone")
        return Upload(**{**kept, "content": base64.b64decode(kept["content"])}, expires_at=expires_at)

    def take(self, token: str, *, owner: str, at: datetime) -> Upload:
        """Return a kept file and forget it, so that of two who ask at once one gets it."""
        upload = self.look(token, owner=owner, at=at)
        try:
            (self._folder / token).unlink()
        except FileNotFoundError:
            raise NotFound("office.upload_gone") from None
        return upload

    def _sweep(self, at: datetime) -> None:
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < (at - KEPT_FOR).timestamp():
                    path.unlink()
