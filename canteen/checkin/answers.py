"""Shape the answer to a scan: what the counter is told, and what is stored so that a repeat gets the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from canteen.foundation import canonical


@dataclass(frozen=True)
class Answer:
    """Tell the counter what to do; no category, no number of a person, no word of death or eligibility.

    ``reason`` is a stable code that the edge turns into words with ``params``.
    """

    scan_id: str
    verdict: str
    reason: str
    params: dict[str, Any] = field(default_factory=dict)
    person_masked: str = ""
    dishes: str = ""
    flags: tuple[str, ...] = ()
    meal: str = ""
    kind: str = ""
    collect_fen: int | None = None
    agreed_fen: int | None = None
    redemption_ref: str | None = None
    tender: str | None = None
    actions: tuple[str, ...] = ()

    def stored(self) -> str:
        """Return the canonical JSON that the attempt keeps."""
        return canonical.text_of(self)

    @classmethod
    def read(cls, text: str) -> Answer:
        """Return the answer that an attempt kept."""
        data: dict[str, Any] = json.loads(text)
        return cls(**{**data, "flags": tuple(data["flags"]), "actions": tuple(data["actions"])})


@dataclass(frozen=True)
class ScanRequest:
    """Hold one scan as a device reports it; ``scan_id`` is made on the device and names the attempt for ever.

    With ``repeats`` it takes up an earlier attempt of the same day instead of a code, to serve its person after all;
    with ``person_ref`` it serves somebody whom the staff recognised, which only the edge may say, never a code. A
    ``remark`` says why no code was scanned; a tray handed over with one is shown among the anomalies.
    """

    scan_id: str
    code: str
    means: str
    device: str
    actor: str
    canteen_id: int
    happened_at: datetime
    received_at: datetime
    intent: str = "serve"
    repeats: str = ""
    person_ref: str = ""
    remark: str = ""
