"""Build the town in which months are simulated: two canteens, a pot, six people, two devices with wrong clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from canteen import checkin, ledger, treasury
from canteen.foundation.db import EVERYWHERE, Database
from canteen.places.tables import Canteen
from canteen.seniors.tables import Person as Registered
from tests import builders as make
from tests.settlement import late
from tests.settlement.test_late_truth_pots import CHANGES
from tests.simulator.model import POT, Model, Person

AGES = {"李德福": 76, "周桂兰": 102, "陈玉珍": 63, "王秀": 72, "赵春梅": 81, "孙连成": 70}
POOR = ("王秀", "赵春梅")
_NO_END = date(2100, 1, 1)


@dataclass
class Device:
    """Scan without network, with a clock of one's own."""

    known: checkin.KnownDevice
    behind: timedelta
    reports: list[checkin.Report] = field(default_factory=list)

    def report(self, scan_id: str, card: str, told_fen: int, at: datetime) -> checkin.Report:
        """Note a tray that was handed over."""
        made = checkin.Report(
            scan_id=scan_id, number=len(self.reports) + 1, code=card, means="gun", intent="serve", verdict="ok",
            reason="served", told_fen=told_fen, tender="cash", staff="staff:S-1", happened_at=at - self.behind,
            skew_ms=None,
        )  # fmt: skip
        self.reports.append(made)
        return made


@dataclass
class World:
    """Hold the keys of the town, and the model of it."""

    canteens: list[int]
    people: list[int]
    devices: dict[int, Device]
    model: Model
    names: dict[int, str]


def build(database: Database, *, days: list[date]) -> World:
    """Build the town in the nation: menus on the days, people with cards, devices, the pot with its first money."""
    late.publish(database, *CHANGES)
    with database.transaction(EVERYWHERE) as session:
        canteens = [make.a_canteen(session), make.a_canteen(session)]
        for day in days:
            for canteen_id in canteens:
                make.a_menu(session, canteen_id, day=day)
        people = {}
        for name, age in AGES.items():
            categories = ["minimum_living"] if name in POOR else []
            key = make.a_senior(session, name=name, birth=date(2026 - age, 1, 5), categories=categories)
            card = checkin.issue_card(session, make.KEYS, person_id=key, actor="staff:test", at=make.BEFORE).digits
            ref = session.get_one(Registered, key).ref
            people[key] = Person(ref, card, age, _NO_END if name in POOR else None)
        ledger.open_pot(session, funder_code=POT, actor="staff:test", at=make.BEFORE)
        treasury.agree(
            session, funder_code=POT, donor="某公司", restriction="午餐", document="协议 1", holder_id=None,
            signed_on=make.MONDAY, until_on=None, actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
        names = dict(session.execute(select(Canteen.id, Canteen.ref)).all())
    devices = {
        canteen_id: _device(database, canteen_id, behind)
        for canteen_id, behind in zip(canteens, (timedelta(days=730), -timedelta(hours=5)), strict=True)
    }
    return World(canteens, list(people), devices, Model(people), names)


def _device(database: Database, canteen_id: int, behind: timedelta) -> Device:
    with database.transaction(EVERYWHERE) as session:
        made = checkin.enrol_device(
            session, canteen_id=canteen_id, name="窗口", browser=f"browser-{canteen_id}", actor="staff:test",
            at=make.BEFORE,
        )  # fmt: skip
    return Device(checkin.known_device(database, token=made.token), behind)
