"""Keep the state in a JSON file so that a restart loses nothing.

Writing is gathered: many changes within half a second make one file, written
aside and moved into place.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_GATHER_SECONDS = 0.5


class Snapshot:
    """Write the state soon after it changed; no path means no file."""

    def __init__(self, path: Path | None, dump: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._dump = dump
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None

    def load(self) -> dict[str, Any] | None:
        """Read the file; a broken one is put aside rather than lost."""
        if self._path is None or not self._path.exists():
            return None
        try:
            stored = json.loads(self._path.read_text("utf-8"))
        except ValueError:
            self.put_aside()
            return None
        return stored if isinstance(stored, dict) else None

    def put_aside(self) -> None:
        """Rename a file that cannot be understood."""
        if self._path is not None and self._path.exists():
            self._path.replace(self._path.with_suffix(".broken"))

    def soon(self) -> None:
        """Ask for a write; one that is already due will do."""
        if self._path is None:
            return
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(_GATHER_SECONDS, self.save)
                self._timer.daemon = True
                self._timer.start()

    def save(self) -> None:
        """Write the file now."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if self._path is None:
            return
        with self._writing:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(".tmp")
            draft.write_text(json.dumps(self._dump(), ensure_ascii=False), "utf-8")
            draft.replace(self._path)
