"""Keep questions of what-if, how far each is, and what it found.

A question is a row first; the queue only says "look now". So a run survives a worker that is killed: the next one
finds what is not done and begins it anew, since the result is written once at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation import canonical
from canteen.foundation.db import EVERYWHERE, Database, scope_of
from canteen.foundation.errors import CanteenError, Denied, Invalid, NotFound
from canteen.foundation.references import new_reference
from canteen.settlement.proposal_tables import WhatIfProgress, WhatIfResult, WhatIfRun
from canteen.settlement.whatif import Answer, Cancelled, Question, reprice
from canteen.settlement.whatif_tally import BY, by_funder, total
from canteen.subsidy import known, read_draft

RECIPE = "whatif/1"
LONGEST = timedelta(days=1100)
MOST_CHANGES = 500
UNFINISHED = ("waiting", "running")
_ONE_DAY = timedelta(days=1)
_log = structlog.get_logger("canteen.settlement")


@dataclass(frozen=True, slots=True)
class RunView:
    """Show a question, how far it is and, when it is done, what was found."""

    ref: str
    policy: str
    region_code: str
    draft_digest: str
    draft_ref: str | None
    first_day: date
    last_day: date
    asked_by: str
    asked_at: datetime
    state: str
    done_count: int
    total_count: int
    note: str
    content: dict[str, Any] | None
    digest: str


def ask(
    session: Session,
    *,
    text: str,
    region_code: str,
    first: date,
    last: date,
    actor: str,
    at: datetime,
    draft_ref: str | None = None,
) -> str:
    """Keep a question for the worker, and return its number.

    Invalid ``subsidy.policy_misread`` with every problem of the draft, ``settlement.period_malformed``; denied
    ``settlement.outside_scope``.
    """
    scope = scope_of(session)
    region = places.region(session, code=places.padded(region_code))
    if not scope.everywhere and not region.code.startswith(scope.region_prefixes):
        raise Denied("settlement.outside_scope", region=region.code)
    if last < first or last - first > LONGEST:
        raise Invalid("settlement.period_malformed", most=LONGEST.days)
    draft = read_draft(text, known(session))
    run = WhatIfRun(
        ref=new_reference("W"), region_code=region.code, policy=draft.id, draft_text=text,
        draft_digest=hashlib.sha256(text.encode()).hexdigest(), draft_ref=draft_ref, first_day=first,
        until_day=last + _ONE_DAY, asked_by=actor, asked_at=at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add(
        WhatIfProgress(
            run_id=run.id, state="waiting", done_count=0, total_count=0, is_cancelled=False, note="", changed_at=at
        )
    )
    session.flush()
    return run.ref


def cancel(session: Session, *, ref: str, at: datetime) -> None:
    """Call a run off; one that is done stays done. Refuses ``settlement.no_such_run`` out of scope."""
    progress = session.get_one(WhatIfProgress, _run(session, ref).id, with_for_update=True)
    if progress.state in UNFINISHED:
        progress.is_cancelled, progress.changed_at = True, at
        if progress.state == "waiting":
            progress.state = "cancelled"


def run_view(session: Session, *, ref: str) -> RunView:
    """Show one run; ``settlement.no_such_run`` out of scope."""
    return _view(session, _run(session, ref), with_content=True)


def runs(session: Session, *, draft_digest: str = "", limit: int = 30) -> list[RunView]:
    """List runs within the asker's regions, the newest first; of one draft or of all."""
    wanted = select(WhatIfRun).order_by(WhatIfRun.id.desc()).limit(limit)
    if draft_digest:
        wanted = wanted.where(WhatIfRun.draft_digest == draft_digest)
    return [_view(session, run, with_content=False) for run in session.scalars(wanted)]


def draft_text(session: Session, *, ref: str) -> str:
    """Return the text of the draft that a run asked about."""
    return _run(session, ref).draft_text


def _run(session: Session, ref: str) -> WhatIfRun:
    found = session.scalars(select(WhatIfRun).where(WhatIfRun.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("settlement.no_such_run", ref=ref)
    return found


def _view(session: Session, run: WhatIfRun, *, with_content: bool) -> RunView:
    progress = session.get_one(WhatIfProgress, run.id)
    result = session.get(WhatIfResult, run.id) if progress.state == "done" else None
    content = json.loads(result.content) if result is not None and with_content else None
    return RunView(
        run.ref, run.policy, run.region_code, run.draft_digest, run.draft_ref, run.first_day,
        run.until_day - _ONE_DAY, run.asked_by, run.asked_at, progress.state, progress.done_count,
        progress.total_count, progress.note, content, result.digest if result is not None else "",
    )  # fmt: skip


def work(database: Database, *, clock: Callable[[], datetime], processes: int | None = None) -> int:
    """Do every run that is not finished, the oldest first; answers how many.

    One that another worker left half-way is begun anew; whoever calls makes sure that there is one worker at a time.
    """
    count = 0
    while (run_id := _next(database)) is not None:
        _do(database, run_id, clock, processes)
        count += 1
    return count


def _next(database: Database) -> int | None:
    with database.reading(EVERYWHERE) as session:
        wanted = select(WhatIfProgress.run_id).where(WhatIfProgress.state.in_(UNFINISHED))
        return session.scalars(wanted.order_by(WhatIfProgress.run_id).limit(1)).one_or_none()


def _do(database: Database, run_id: int, clock: Callable[[], datetime], processes: int | None) -> None:
    with database.reading(EVERYWHERE) as session:
        run = session.get_one(WhatIfRun, run_id)
    asked = Question(run.draft_text, places.prefix(run.region_code), run.first_day, run.until_day)
    try:
        answer = reprice(
            database, asked, progress=lambda done, count: _note(database, run_id, done, count, clock()),
            processes=processes,
        )  # fmt: skip
    except Cancelled:
        _end(database, run_id, "cancelled", "", clock())
    except CanteenError as error:
        _end(database, run_id, "failed", error.code, clock())
    except Exception:  # Whatever it was, the page must not wait for ever; the reason is in the log.
        _log.exception("what-if failed", run=run.ref)
        _end(database, run_id, "failed", "unknown", clock())
    else:
        _keep(database, run_id, content_of(asked, run.policy, answer), answer, clock())


def _note(database: Database, run_id: int, done: int, count: int, at: datetime) -> None:
    """Say how far a run is; raises `Cancelled` where it was called off."""
    with database.transaction(EVERYWHERE) as session:
        progress = session.get_one(WhatIfProgress, run_id, with_for_update=True)
        if progress.is_cancelled:
            raise Cancelled
        progress.state, progress.done_count, progress.total_count = "running", done, count
        progress.changed_at = at


def _end(database: Database, run_id: int, state: str, note: str, at: datetime) -> None:
    with database.transaction(EVERYWHERE) as session:
        values = {"state": state, "note": note, "changed_at": at}
        session.execute(update(WhatIfProgress).where(WhatIfProgress.run_id == run_id).values(values))


def _keep(database: Database, run_id: int, content: str, answer: Answer, at: datetime) -> None:
    """Write the result and the end of the run together."""
    row = {
        "run_id": run_id,
        "content": content,
        "digest": hashlib.sha256(content.encode()).hexdigest(),
        "books": [list(book) for book in answer.books],
        "computed_at": at,
    }
    with database.transaction(EVERYWHERE) as session:
        session.connection().execute(insert(WhatIfResult), row)
        values = {"state": "done", "changed_at": at}
        session.execute(update(WhatIfProgress).where(WhatIfProgress.run_id == run_id).values(values))


def content_of(asked: Question, policy: str, answer: Answer) -> str:
    """Return the canonical JSON of what a run found."""
    return canonical.text({"recipe": RECIPE, "policy": policy, **told(asked, answer)})


def told(asked: Question, answer: Answer) -> dict[str, Any]:
    """Return what a run found as plain values: references and whole fen, no names."""
    tally = answer.tally
    people = [[ref, *sums, sums[2] - sums[1]] for ref, sums in tally.people.items()]
    gain, lose = (sorted(_moved(people, sign), key=lambda one: (sign * one[4], one[0])) for sign in (1, -1))
    return {
        "draft_digest": hashlib.sha256(asked.text.encode()).hexdigest(),
        "region": asked.region_prefix,
        "first": asked.first.isoformat(),
        "until": asked.until.isoformat(),
        "books": [list(book) for book in answer.books],
        "meals": tally.meals,
        "total": total(tally.rows["month"].values()),
        "rows": {by: [[key, *sums] for key, sums in sorted(tally.rows[by].items())] for by in BY},
        "payers": [[key, *sums] for key, sums in sorted(by_funder(tally.payers, answer.policies).items())],
        "people": {"count": len(people), "gain": _told(gain), "lose": _told(lose)},
    }


def _moved(people: Sequence[list[Any]], sign: int) -> list[list[Any]]:
    """Pick who pays less (1) or more (-1) under the draft."""
    return [one for one in people if one[4] * sign < 0]


def _told(people: Sequence[list[Any]]) -> dict[str, Any]:
    return {"count": len(people), "fen": sum(one[4] for one in people), "most": list(people[:MOST_CHANGES])}
