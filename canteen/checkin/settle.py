"""Settle what devices answered without network: the first scan takes the subsidy.

One scan is one transaction, and its outcome is written in it: whoever is killed half-way begins that scan again and
finds nothing done. A tray that was handed over on a green answer is always booked; where the meal is taken already it
is *fed, not funded*. Where the scan precedes the one that took the subsidy, that one is taken back in the same act,
booked again as fed, and its subsidy goes to this one: so the books end the same in whatever order scans arrive. What
the counter was told to collect stands; the difference is let off, or owed to the senior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from canteen import ledger
from canteen.checkin.answers import Answer, ScanRequest
from canteen.checkin.arrival import Arrival, read_by_ref
from canteen.checkin.code import ForgedCode, Keys
from canteen.checkin.offline import Kept, kept
from canteen.checkin.redeem import meal_meant, read_arrival
from canteen.checkin.remarks import keep_exception, keep_outcome, post_told
from canteen.checkin.rivals import Rival, rival_of
from canteen.checkin.rules import comes_before
from canteen.checkin.serve import LostRace, Plan, plan, write_meal
from canteen.checkin.tables import OfflineOutcome, RedemptionUndo
from canteen.checkin.undo import undo_on
from canteen.checkin.verdict import FED, Halt, decide
from canteen.checkin.write import answer_of, write_attempt
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Conflict
from canteen.foundation.secrecy import masked_name
from canteen.seniors.tables import Person

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what became of an offline scan; ``answer`` only where it was settled just now."""

    scan_id: str
    outcome: str
    reason: str
    redemption_ref: str | None
    answer: Answer | None = None


def settle(database: Database, keys: Keys, *, scan_ids: Sequence[str], at: datetime) -> list[Outcome]:
    """Settle kept scans one by one, the first first; what is settled already keeps its outcome."""
    with database.reading(EVERYWHERE) as session:
        scans = kept(session, scan_ids=scan_ids)
    return [_settled(database, keys, scan, at) for scan in scans]


def _settled(database: Database, keys: Keys, scan: Kept, at: datetime) -> Outcome:
    for _ in range(_TRIES):
        try:
            with database.acting() as connection:
                return _known(connection, scan) or _settle(connection, keys, scan, at)
        except (LostRace, IntegrityError):
            continue
    raise Conflict("checkin.busy", scan_id=scan.scan_id)


def _known(connection: Connection, scan: Kept) -> Outcome | None:
    row = connection.execute(select(OfflineOutcome.__table__).where(OfflineOutcome.scan_id == scan.scan_id)).first()
    return None if row is None else Outcome(row.scan_id, row.outcome, row.reason, row.redemption_ref)


def _settle(connection: Connection, keys: Keys, scan: Kept, at: datetime) -> Outcome:
    request = _request(scan, at)
    first = answer_of(connection, scan.scan_id)
    if scan.verdict != "ok":
        return _noted(connection, request, scan, first)
    if first is not None and _stands(connection, first.redemption_ref):
        _keep_to_what_was_told(connection, scan, first, at)
        return _ended(connection, scan, at, "served", first.reason, first)
    if first is not None:
        # The network took the scan and said no, but too late: the device had said yes, and the tray is gone.
        request = replace(request, scan_id=f"f-{scan.scan_id}"[:40])
    refusal, arrival, meal = _who(connection, keys, request, scan)
    if arrival is None or meal is None:
        return _failed(connection, request, scan, refusal, arrival)
    return _fed(connection, request, scan, arrival, meal)


def _request(scan: Kept, at: datetime) -> ScanRequest:
    return ScanRequest(
        scan_id=scan.scan_id,
        code=scan.code,
        means=scan.means,
        device=scan.browser,
        actor=f"device:{scan.device_ref}",
        canteen_id=scan.canteen_id,
        happened_at=scan.dated_at,
        received_at=at,
        intent=FED,
    )


def _stands(connection: Connection, ref: str | None) -> bool:
    taken_back = select(RedemptionUndo.redemption_ref).where(RedemptionUndo.redemption_ref == ref)
    return ref is not None and connection.execute(taken_back).first() is None


def _who(
    connection: Connection, keys: Keys, request: ScanRequest, scan: Kept
) -> tuple[str, Arrival | None, str | None]:
    """Find who ate what, else why that cannot be said."""
    day = service_day(request.happened_at)
    if scan.is_after_revocation:
        return "device_revoked", None, None
    try:
        arrival = read_arrival(connection, keys, request, day)
    except ForgedCode:
        return "forged_code", None, None
    if arrival is None:
        return "unknown_code", None, None
    if arrival.card_revoked_at is not None and arrival.card_revoked_at <= scan.dated_at:
        return "card_revoked", arrival, None
    meal = meal_meant(arrival, request, day) or next((period.meal for period in arrival.periods), None)
    return "not_serving_now", arrival, meal


def _fed(connection: Connection, request: ScanRequest, scan: Kept, arrival: Arrival, meal: str) -> Outcome:
    day, ref, at = service_day(request.happened_at), arrival.diner.ref, request.received_at
    # Whoever hands a tray to this person waits here, so that what is read from now on holds until the end.
    connection.execute(select(Person.id).where(Person.id == arrival.diner.id).with_for_update())
    rival = rival_of(connection, person_id=arrival.diner.id, service_date=day, meal=meal)
    if rival is not None and comes_before(scan.sighting, rival.sighting):
        _take_back(connection, rival, scan, arrival.book_id, at)
    else:
        rival = None
    arrival = read_by_ref(connection, ref=ref, canteen_id=scan.canteen_id, day=day) or arrival
    ready = _plan(connection, arrival, meal, scan.tender, day, request.happened_at)
    if isinstance(ready, Halt):
        return _failed(connection, request, scan, ready.reason, arrival)
    answer = write_meal(connection, request, ready)
    _keep_to_what_was_told(connection, scan, answer, at)
    _warn(connection, scan, ready, answer, at)
    if rival is not None:
        _feed_again(connection, rival, scan, ref, at)
    outcome = "fed" if answer.kind == "extra" and scan.intent != "again" else "served"
    return _ended(connection, scan, at, outcome, answer.reason, answer)


def _plan(connection: Connection, arrival: Arrival, meal: str, tender: str, day: date, at: datetime) -> Plan | Halt:
    decision = decide(arrival, intent=FED, meal=meal, day=day, at=at)
    if isinstance(decision, Halt):
        return decision
    paid_as = replace(arrival, default_tender=tender or arrival.default_tender)
    return plan(connection, paid_as, decision, day=day, at=at, is_gone=True)


def _take_back(connection: Connection, rival: Rival, scan: Kept, book_id: int, at: datetime) -> None:
    # Two books in one order, so that two scans that displace each other's meals do not wait for each other.
    for book in sorted({rival.book_id, book_id}):
        ledger.lock_head(connection, book_id=book)
    actor = f"device:{scan.device_ref}"
    undo_on(connection, f"d-{scan.scan_id}"[:40], rival.ref, rival.device, actor, at, "offline_earlier", True)


def _feed_again(connection: Connection, rival: Rival, scan: Kept, person_ref: str, at: datetime) -> None:
    """Book the tray of a scan that another one precedes: it was eaten all the same."""
    day = rival.service_date
    arrival = read_by_ref(connection, ref=person_ref, canteen_id=rival.canteen_id, day=day)
    ready = arrival and _plan(connection, arrival, rival.meal, rival.tender, day, rival.happened_at)
    if not isinstance(ready, Plan):
        raise LostRace
    request = ScanRequest(
        scan_id=f"f-{rival.scan_id}"[:40],
        code="",
        means=rival.means,
        device=rival.device,
        actor=rival.actor,
        canteen_id=rival.canteen_id,
        happened_at=rival.happened_at,
        received_at=at,
        intent=FED,
    )
    answer = write_meal(connection, request, ready)
    ref = str(answer.redemption_ref)
    tender = rival.tender if rival.told_fen else str(answer.tender)
    short = post_told(connection, ref=ref, tender=tender, told_fen=rival.told_fen, at=at)
    keep_exception(
        connection, scan_id=rival.origin, kind="fed_not_funded", canteen_id=rival.canteen_id, service_date=day,
        meal=rival.meal, at=at, redemption_ref=ref, amount_fen=short,
    )  # fmt: skip


def _keep_to_what_was_told(connection: Connection, scan: Kept, answer: Answer, at: datetime) -> None:
    """Let the amount stand that the counter was told.

    Where none was told, the meal is on the tab; a second one that nobody asked for is let off.
    """
    is_second = answer.kind == "extra" and scan.intent != "again"
    told_fen = 0 if scan.told_fen is None and is_second else scan.told_fen
    if told_fen is None:
        return
    ref, tender = str(answer.redemption_ref), scan.tender or str(answer.tender)
    if tender == "free" and told_fen:
        tender = "cash"
    short = post_told(connection, ref=ref, tender=tender, told_fen=told_fen, at=at)
    if short and answer.kind != "extra":
        _except(connection, scan, answer.meal, "told_less" if short > 0 else "told_more", at, ref, abs(short))


def _warn(connection: Connection, scan: Kept, ready: Plan, answer: Answer, at: datetime) -> None:
    """Name what a person should look at: a second tray, a dish that harms, a clock that cannot be trusted."""
    ref = answer.redemption_ref
    if answer.kind == "extra" and scan.intent != "again":
        short = int(answer.collect_fen or 0) - (scan.told_fen or 0)
        _except(connection, scan, answer.meal, "fed_not_funded", at, ref, short)
    clash = sorted(ready.order.allergens & ready.arrival.allergies)
    if clash:
        _except(connection, scan, answer.meal, "allergy_given", at, ref, note="、".join(clash))
    if not scan.is_trusted:
        _except(connection, scan, answer.meal, "clock", at, ref)


def _failed(connection: Connection, request: ScanRequest, scan: Kept, reason: str, arrival: Arrival | None) -> Outcome:
    """Keep an attempt that cannot be booked although the tray is gone: the evidence stays, and a person looks at it."""
    answer = _told(request, scan, "bad", reason, arrival)
    write_attempt(connection, request, answer, person_id=arrival.diner.id if arrival else None)
    _except(connection, scan, "", reason, request.received_at, note=scan.code_tail, amount_fen=scan.told_fen or 0)
    return _ended(connection, scan, request.received_at, "failed", reason, None)


def _noted(connection: Connection, request: ScanRequest, scan: Kept, first: Answer | None) -> Outcome:
    """Keep an attempt for which no tray was handed over; what the network served meanwhile is taken back."""
    at = request.received_at
    if first is None:
        write_attempt(connection, request, _told(request, scan, scan.verdict, scan.reason, None), person_id=None)
    elif _stands(connection, first.redemption_ref):
        ref = str(first.redemption_ref)
        undo_on(
            connection, f"d-{scan.scan_id}"[:40], ref, scan.browser, request.actor, at, "offline_not_given", True
        )  # fmt: skip
    return _ended(connection, scan, at, "noted", scan.reason, None)


def _told(request: ScanRequest, scan: Kept, verdict: str, reason: str, arrival: Arrival | None) -> Answer:
    name = masked_name(arrival.name) if arrival else ""
    return Answer(request.scan_id, verdict, reason=reason, params={"offline": True}, person_masked=name)


def _except(
    connection: Connection,
    scan: Kept,
    meal: str,
    kind: str,
    at: datetime,
    ref: str | None = None,
    amount_fen: int = 0,
    note: str = "",
) -> None:
    keep_exception(
        connection, scan_id=scan.scan_id, kind=kind, canteen_id=scan.canteen_id,
        service_date=service_day(scan.dated_at), meal=meal, at=at, redemption_ref=ref, amount_fen=amount_fen, note=note,
    )  # fmt: skip


def _ended(
    connection: Connection, scan: Kept, at: datetime, outcome: str, reason: str, answer: Answer | None
) -> Outcome:
    ref = answer.redemption_ref if answer else None
    keep_outcome(
        connection, scan_id=scan.scan_id, canteen_id=scan.canteen_id, outcome=outcome, reason=reason,
        redemption_ref=ref, at=at,
    )  # fmt: skip
    return Outcome(scan.scan_id, outcome, reason, ref, answer)
