"""Measure what offline scans cost: the day pack, an upload of 5,000 scans, and the worst order in which they can come.

``.venv/bin/python -m tests.bench.upload [people]``. Two devices scanned the same people; the one that scanned later
uploads first, so that every scan of the other takes a meal over. The floor is the same scans online, in the same
process. ``make bench`` runs it too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import update

from canteen import checkin, ledger, schema
from canteen.foundation.db import EVERYWHERE, Database
from canteen.menus.tables import DayMenu, MenuItem
from tests import builders as make

PEOPLE = 2500
AT_ONCE = 100
BACK = make.at(make.MONDAY, 14)


def main() -> None:
    """Measure on a fresh SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/upload.db"
        schema.upgrade(url)
        measure("sqlite", url, int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)


def measure(kind: str, url: str, people: int = PEOPLE) -> None:
    """Print milliseconds per scan for the floor, a plain upload and one that takes every meal over."""
    database = Database(url, make.VAULT, survives_power_cut=False)
    town, cards = _fill(database, people + people // 5)
    offline, online = cards[:people], cards[people:]
    early, late = (_device(database, town, name) for name in ("early", "late"))
    started = time.perf_counter()
    with database.transaction(EVERYWHERE) as session:
        pack = checkin.day_pack(session, make.KEYS, canteen_id=town.canteen_id, day=make.MONDAY, at=make.NOON)
    packing = time.perf_counter() - started
    floor = _timed(lambda: [checkin.redeem(database, make.KEYS, make.a_scan(town, card)) for card in online])
    plain = _timed(lambda: _upload(database, late, offline, minutes=30))
    over = _timed(lambda: _upload(database, early, offline, minutes=0))
    with database.reading(EVERYWHERE) as session:
        faults = ledger.verify(session.connection())[0]
    each, first, worst = (1000 * floor / len(online), 1000 * plain / people, 1000 * over / people)
    print(f"{kind:10} day pack of {len(cards)} people: {packing:.1f} s, {len(pack.text) / 1024:.0f} KiB")
    print(
        f"{kind:10} upload of {2 * people} scans: {plain + over:.0f} s; online {each:.1f} ms a scan, uploaded "
        f"{first:.1f} (ratio {first / each:.1f}), taking a meal over {worst:.1f} (ratio {worst / each:.1f}); "
        f"{len(faults)} faults in the books"
    )
    database.dispose()


def _fill(database: Database, people: int) -> tuple[make.Town, list[str]]:
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        session.execute(update(DayMenu).values(capacity=2 * people))
        session.execute(update(MenuItem).values(portions=2 * people))
    return town, [card for start in range(0, people, AT_ONCE) for card in _some(database, town, start)]


def _some(database: Database, town: make.Town, start: int) -> Iterator[str]:
    # A day has a thousand identity numbers in the tests' world.
    birth = date(1954, 5, 1) + timedelta(days=start // 900)
    with database.transaction(EVERYWHERE) as session:
        for _ in range(AT_ONCE):
            person = make.a_senior(session, birth=birth)
            make.an_order(session, town, person)
            yield checkin.issue_card(session, make.KEYS, person_id=person, actor="bench", at=make.BEFORE).digits


def _device(database: Database, town: make.Town, name: str) -> checkin.KnownDevice:
    with database.transaction(EVERYWHERE) as session:
        made = checkin.enrol_device(
            session, canteen_id=town.canteen_id, name=name, browser=f"browser-{name}", actor="bench", at=make.BEFORE
        )
    return checkin.known_device(database, token=made.token)


def _upload(database: Database, device: checkin.KnownDevice, cards: Sequence[str], *, minutes: int) -> None:
    for reports in _batches(device, cards, minutes):
        with database.transaction(EVERYWHERE) as session:
            checkin.keep(session, device=device, reports=reports, sent_at=BACK, received_at=BACK)
        checkin.settle(database, make.KEYS, scan_ids=[report.scan_id for report in reports], at=BACK)


def _batches(device: checkin.KnownDevice, cards: Sequence[str], minutes: int) -> Iterator[list[checkin.Report]]:
    reports = [
        checkin.Report(
            scan_id=f"{device.name}-{number:08d}", number=number, code=card, means="gun", intent="serve", verdict="ok",
            reason="served", told_fen=1300, tender="cash", staff="staff:S-1", skew_ms=0,
            happened_at=make.NOON - timedelta(minutes=20) + timedelta(minutes=minutes, milliseconds=number),
        )
        for number, card in enumerate(cards, 1)
    ]  # fmt: skip
    for start in range(0, len(reports), AT_ONCE):
        yield reports[start : start + AT_ONCE]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
