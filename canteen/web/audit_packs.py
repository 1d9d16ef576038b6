"""Let an auditor take the books of a canteen home, each time with a trace of who took them."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import ExitStack
from typing import IO, Any

from flask import Blueprint, render_template, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import audit as trail
from canteen import auditpack, tables
from canteen.foundation import clock
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import office, reach

_IN_MEMORY_BYTES = 8 * 1024 * 1024
_READ_AT_ONCE = 1024 * 1024


def add_to(blueprint: Blueprint) -> None:
    """Add the list of books and the way to take one."""
    blueprint.get("/office/audit/packs")(audit_packs)
    blueprint.post("/office/audit/packs/<canteen_ref>")(take_audit_pack)


@audience("audit.read")
def audit_packs() -> str:
    """List the books in reach with the ends of their chains."""
    with house().database.reading(actor().scope) as session:
        ends = _ends(session)
        rows = [_row(canteen, *ends.get(canteen.id, (0, ""))) for canteen in reach.canteens(session)]
    return render_template("office/audit_packs.html", rows=rows, audit_url=url_for("web.audit"))


@audience("audit.read")
@limited("30 per hour")
def take_audit_pack(canteen_ref: str) -> BaseResponse:
    """Write the pack of a canteen and hand it over; refuses ``places.canteen_unknown`` out of reach."""
    at, by = clock.now(), f"staff:{actor().ref}"
    with ExitStack() as held:
        file = held.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))
        with house().database.reading(actor().scope) as session:
            canteen = reach.canteen(session, ref=canteen_ref)
            asked = auditpack.Asked([canteen.id], by, at)
            manifest = auditpack.write(session.connection(), asked, file)
        _remember(canteen_ref, asked, manifest["books"][0]["seq"], _digest(file))
        file.seek(0)
        name = f"审计包-{canteen_ref}-{clock.service_day(at):%Y%m%d}.zip"
        response = send_file(file, "application/zip", as_attachment=True, download_name=name)
        # The file outlives the view: it is closed when it has been sent.
        response.call_on_close(held.pop_all().close)
    return response


def _remember(canteen_ref: str, asked: auditpack.Asked, up_to_seq: int, digest: str) -> None:
    with house().database.transaction(actor().scope) as session:
        trail.record(
            session, chain=f"canteen:{canteen_ref}", at=asked.at, actor=asked.by, action="pack.taken",
            subject=canteen_ref, up_to_seq=up_to_seq, digest=digest,
        )  # fmt: skip


def _ends(session: Session) -> dict[int, tuple[int, str]]:
    book = tables.ledger.Book
    rows = session.execute(select(book.canteen_id, book.seq, book.hash).where(book.canteen_id.is_not(None)))
    return {row.canteen_id: (row.seq, row.hash) for row in rows}


def _row(canteen: Any, seq: int, chain: str) -> dict[str, Any]:
    return {
        "name": canteen.name,
        "ref": canteen.ref,
        "count": seq,
        "hash": chain,
        "action": url_for("web.take_audit_pack", canteen_ref=canteen.ref),
        "button": office.words()["audit"]["take"],
    }


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for part in iter(lambda: file.read(_READ_AT_ONCE), b""):
        digest.update(part)
    return digest.hexdigest()
