"""Write attempts, and read back the answer that an attempt got."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.tables import ScanAttempt
from canteen.foundation.clock import service_day
from canteen.foundation.prepared import Insertion, Prepared

ATTEMPTS = Insertion(ScanAttempt)
_ANSWER = Prepared(select(ScanAttempt.answer).where(ScanAttempt.scan_id == bindparam("scan_id")))


def write_attempt(connection: Connection, request: ScanRequest, answer: Answer, *, person_id: int | None) -> None:
    """Keep an attempt with its answer; a second attempt of the same scan id raises IntegrityError."""
    ATTEMPTS.run(connection, [attempt_of(request, answer, person_id=person_id)])


def attempt_of(request: ScanRequest, answer: Answer, *, person_id: int | None) -> dict[str, Any]:
    """Return the row of an attempt, for `ATTEMPTS`."""
    return {
        "scan_id": request.scan_id,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "means": request.means,
        "device": request.device,
        "actor": request.actor,
        "person_id": person_id,
        "service_date": service_day(request.happened_at),
        "meal": answer.meal,
        "happened_at": request.happened_at,
        "received_at": request.received_at,
        "redemption_ref": answer.redemption_ref,
        "canteen_id": request.canteen_id,
        "answer": answer.stored(),
    }


def answer_of(connection: Connection, scan_id: str) -> Answer | None:
    """Return the answer that a scan id got, if it was seen before."""
    kept = _ANSWER.first(connection, {"scan_id": scan_id})
    return None if kept is None else Answer.read(kept.answer)
