"""Measure what a scan costs where few meals lie behind it, and where many do.

``.venv/bin/python -m tests.bench.past [few] [many] [sqlite|postgresql]``. Two databases hold the same canteen and the
same people, one with few past meals, one with many: orders, attempts, meals, claims, entries, postings and seals,
copied with new keys from one that the product itself wrote, under its own triggers. The same scans are then redeemed
in both, by turns, in one process. The hashes of copies are none of their content, so these books do not verify.
"""

from __future__ import annotations

import hashlib
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from canteen import checkin
from canteen.checkin.tables import Redemption, ScanAttempt
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Book, EntrySeal, JournalEntry, Posting
from canteen.menus.tables import DayMenu, MenuItem
from canteen.orders.tables import Order
from canteen.subsidy.tables import Claim
from tests import builders as make
from tests.bench.run import database_of

FEW, MANY = 10_000, 1_000_000
PEOPLE, ROUNDS, EACH, AT_ONCE = 500, 9, 30, 5_000


def main() -> None:
    """Measure with as many meals as the command line says, else with ten thousand and a million."""
    counts = [int(given) for given in sys.argv[1:] if given.isdigit()] or [FEW, MANY]
    kind = next((given for given in sys.argv[1:] if not given.isdigit()), "sqlite")
    with ExitStack() as stack:
        sites = [_site(stack.enter_context(database_of(kind)), count) for count in counts]
        spent = [[_round(*site, number) for site in sites] for number in range(ROUNDS)]
        for database, *_ in sites:
            database.dispose()
    for count, costs in zip(counts, zip(*spent, strict=True), strict=True):
        print(f"{kind:10} {count:9,} past meals: {statistics.median(costs):.2f} ms of processor a scan")
    ratio = statistics.median(costs[-1] / costs[0] for costs in spent)
    print(f"{kind:10} ratio {ratio:.2f}, median of {ROUNDS} rounds of {EACH} scans")


def _site(url: str, count: int) -> tuple[Database, make.Town, list[str]]:
    """Fill a canteen with people who ordered for today, and with the past."""
    database = Database(url, make.VAULT, survives_power_cut=False)
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        session.execute(update(DayMenu).values(capacity=10 * PEOPLE))
        session.execute(update(MenuItem).values(portions=10 * PEOPLE))
        people = [make.a_senior(session) for _ in range(PEOPLE)]
        cards = []
        for person in people:
            make.an_order(session, town, person)
            card = checkin.issue_card(session, make.KEYS, person_id=person, actor="bench", at=make.BEFORE)
            cards.append(card.digits)
    checkin.redeem(database, make.KEYS, make.a_scan(town, cards[0]))
    started = time.perf_counter()
    with database.transaction(EVERYWHERE) as session:
        _copy(session.connection(), people, count)
    print(f"{count:,} past meals written in {time.perf_counter() - started:.0f} s", flush=True)
    return database, town, cards[1:]


def _copy(connection: Connection, people: list[int], count: int) -> None:
    """Copy the first meal with all its rows, one day and person after the other, back from yesterday."""
    tables = [model.__table__ for model in (Order, ScanAttempt, Redemption, Claim, JournalEntry, Posting, EntrySeal)]
    served = connection.execute(select(Redemption.__table__)).one()
    first = {table: _rows(connection, table, served) for table in tables}
    last = {table: connection.scalar(select(func.max(table.c.id))) or 0 for table in tables if "id" in table.c}
    entries = len(first[JournalEntry.__table__])
    head = connection.scalar(select(Book.hash).where(Book.seq > 0))
    for start in range(1, count + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count + 1))
        for table in tables:
            rows = [row for n in numbers for row in _copies(table, first[table], last, people, n, entries)]
            if table is EntrySeal.__table__:
                head = _chain(rows, head)
            if rows:
                connection.execute(insert(table), rows)


def _rows(connection: Connection, table: Table, served: Any) -> list[dict[str, Any]]:
    """Read what the first meal wrote into a table."""
    wanted = select(table)
    if table.name == "orders":
        wanted = wanted.where(table.c.id == served.order_id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _copies(
    table: Table, rows: list[dict[str, Any]], last: dict[Table, int], people: list[int], number: int, entries: int
) -> Iterator[dict[str, Any]]:
    day = make.MONDAY - timedelta(days=1 + number // len(people))
    new: dict[str, Any] = {
        "ref": f"{table.name[:1].upper()}-{number:09d}", "scan_id": f"past-{number:012d}", "service_date": day,
        "person_id": people[number % len(people)], "redemption_ref": f"R-{number:09d}",
        "order_id": last[Order.__table__] + number, "window": f"{day}/lunch", "month": f"{day:%Y-%m}",
        "effect_month": f"{day:%Y-%m}", "evidence": f"R-{number:09d}",
    }  # fmt: skip
    for place, row in enumerate(rows):
        made = {**row, **{name: value for name, value in new.items() if name in row and row[name] is not None}}
        if "id" in row:
            made["id"] = last[table] + (number - 1) * len(rows) + place + 1
        if "seq" in row:
            made["seq"] = row["seq"] + number * entries
        if table.name == "journal_entries":
            made["key"] = f"past:{number}:{place}"
        yield made


def _chain(rows: list[dict[str, Any]], head: Any) -> Any:
    """Hang each seal on the one before; answer the last."""
    for row in rows:
        digest = hashlib.sha256(str(row["seq"]).encode())
        row["previous_hash"], row["hash"] = head, digest.digest() if isinstance(head, bytes) else digest.hexdigest()
        head = row["hash"]
    return head


def _round(database: Database, town: make.Town, cards: list[str], number: int) -> float:
    """Redeem the next cards; answer the processor's milliseconds for each."""
    before = _cpu()
    for card in cards[number * EACH : (number + 1) * EACH]:
        answer = checkin.redeem(database, make.KEYS, make.a_scan(town, card))
        if answer.verdict != "ok":
            raise SystemExit(f"not served: {answer.reason}")
    return 1000 * (_cpu() - before) / EACH


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
