"""What happens at the counters of the town in a day: trays, repeats, undos, devices without network, kills."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from canteen import checkin, tills
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.simulator.chance import Drawn
from tests.simulator.invariants import Watch
from tests.simulator.killing import NEVER, killed
from tests.simulator.model import FULL, Order, Owed
from tests.simulator.world import World, build

# An act that writes has more statements than this on either database, BEGIN among them.
FEWEST_STATEMENTS = 4
_WEIGHTS = {"serve": 10, "offline": 5, "again": 2, "undo": 2, "tender": 2, "repeat": 2, "order": 2}


class Counters:
    """Live the days of the town; every act is proved when it is done."""

    def __init__(self, database: Database, drawn: Drawn, *, seed: int, days: list[date]) -> None:
        self.database, self.drawn, self.seed = database, drawn, seed
        drawn.begin(seed, "world")
        self.chance = random.Random(seed)
        self.world: World = build(database, days=days)
        self.model, self.watch = self.world.model, Watch()
        self.steps = 0
        self.acts: Counter[str] = Counter()
        self.unsent: list[tuple[int, checkin.Report, int, datetime]] = []
        self.sent: list[tuple[int, checkin.Report, int, datetime]] = []
        self.scans: list[tuple[checkin.ScanRequest, checkin.Answer]] = []
        self.counted: dict[int, datetime] = {}
        self.clawed: set[str] = set()
        self.frozen: dict[tuple[int, str], tuple[str, list[Owed]]] = {}

    def step(self, name: str, act: Callable[[], Any], *more: object) -> Any:
        """Do one act with references of its own, and hold the books to the model."""
        self.steps += 1
        self.acts[name] += 1
        self.drawn.begin(self.seed, self.steps, *more)
        answer = act()
        try:
            self.watch.prove(self.database, self.model)
        except AssertionError as error:
            error.add_note(f"seed {self.seed}, step {self.steps}: {name}")
            raise
        return answer

    def day(self, day: date, *, acts: int) -> None:
        """Live a day: lunch, then what was kept on devices, then the tills."""
        at = local(day, 11)
        for _ in range(acts):
            at += timedelta(seconds=self.chance.randint(20, 300))
            (name,) = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            getattr(self, f"_{name}")(at)
        if self.chance.random() < 0.7:
            self.upload(local(day, 14))
        if self.chance.random() < 0.6:
            self.count(self.chance.choice(self.world.canteens), local(day, 15))

    def _person(self) -> tuple[int, int]:
        return self.chance.choice(self.world.people), self.chance.choice(self.world.canteens)

    def _order(self, at: datetime) -> None:
        person, canteen = self._person()
        key = person, at.date()
        if key in self.model.orders or key in self.model.standing:
            return

        def act() -> None:
            with self.database.transaction(EVERYWHERE) as session:
                offered = make.menus.day(session, canteen_id=canteen, service_date=at.date(), meal="lunch")
                assert offered is not None
                item = offered.items[1]
                town = make.Town(canteen, item.item_id, item.item_id)
                make.an_order(session, town, person, day=at.date(), item=item.item_id)
            self.model.orders[key] = Order(canteen, 15_00)

        self.step("order", act)

    def _serve(self, at: datetime, intent: str = "eat_now") -> None:
        person, canteen = self._person()
        self.redeem(person, canteen, at, at, intent)

    def _again(self, at: datetime) -> None:
        self._serve(at, "again")

    def redeem(self, person: int, canteen: int, at: datetime, received: datetime, intent: str = "eat_now") -> None:
        """Scan a card; sometimes in a process that is killed, and then again with the same id."""
        scan = checkin.ScanRequest(
            f"scan-{self.steps + 1:08d}", self.model.people[person].card, "gun", f"device-{canteen}", "staff:counter",
            canteen, at, received, intent,
        )  # fmt: skip
        kill = self.chance.choice(("before", "after")) if self.chance.random() < 0.08 else ""
        is_served = (person, at.date()) not in self.model.standing or intent == "again"
        most = FEWEST_STATEMENTS if is_served else 2
        before = self.chance.randint(1, most) if kill == "before" else NEVER

        def act() -> None:
            def redeem(database: Database) -> checkin.Answer:
                return checkin.redeem(database, make.KEYS, scan)

            if kill:
                assert killed(self.database, redeem, before=before) == (kill == "before")
            answer = redeem(self.database)
            self.scans.append((scan, answer))
            if not is_served:
                assert (answer.reason, answer.redemption_ref) == ("already_served", None), answer
            else:
                assert answer.redemption_ref is not None, answer
                meal = self.model.serve(answer.redemption_ref, person, canteen, at, received)
                assert answer.collect_fen == meal.own, (answer, meal)

        self.step(f"redeem {kill}".strip(), act)

    def scan_late(self, person: int, canteen: int, at: datetime, received: datetime) -> str:
        """Scan the card of somebody for a tray of a day that is over, and return the number of the tray."""
        scan = checkin.ScanRequest(
            f"late-{self.steps:08d}", self.model.people[person].card, "gun", f"device-{canteen}", "staff:counter",
            canteen, at, received, "eat_now",
        )  # fmt: skip
        return str(checkin.redeem(self.database, make.KEYS, scan).redemption_ref)

    def _repeat(self, at: datetime) -> None:
        """Send a scan again, as a telephone does that did not hear the answer."""
        if self.scans:
            scan, first = self.chance.choice(self.scans)

            def act() -> None:
                assert checkin.redeem(self.database, make.KEYS, scan).stored() == first.stored()

            self.step("repeat", act)

    def _fresh(self, at: datetime) -> str:
        """Return a tray of the last quarter of an hour, empty where there is none."""
        since = at - timedelta(minutes=14)
        found = [
            meal.ref for meal in self.model.meals.values() if meal.at >= since and not meal.ref.startswith("again-")
        ]
        return self.chance.choice(sorted(found)) if found else ""

    def _undo(self, at: datetime) -> None:
        if ref := self._fresh(at):
            meal = self.model.meals[ref]

            def act() -> None:
                for _ in range(2):
                    checkin.undo(
                        self.database, scan_id=f"undo-{ref}", redemption_ref=ref, device=f"device-{meal.canteen}",
                        actor="staff:counter", at=at,
                    )  # fmt: skip
                self.model.undo(ref, at)

            self.step("undo", act)

    def _tender(self, at: datetime) -> None:
        if ref := self._fresh(at):
            tender = self.chance.choice(("cash", "own_code", "tab"))

            def act() -> None:
                checkin.change_tender(self.database, redemption_ref=ref, tender=tender, actor="staff:1", at=at)
                self.model.tender(ref, tender, at)

            self.step("tender", act)

    def _offline(self, at: datetime) -> None:
        """Hand a tray over without network and tell what the person was known to pay."""
        person, canteen = self._person()
        known = self.model.people[person]
        told = FULL - known.limit_on(at.date())
        number = len(self.unsent) + len(self.sent)
        report = self.world.devices[canteen].report(f"offline-{number:06d}", known.card, told, at)
        self.unsent.append((canteen, report, person, at))

    def upload(self, received: datetime, *, share: float = 0.8) -> None:
        """Send in what devices kept: some of it, in any order, some of it twice; a sender may be killed."""
        chance = self.chance
        canteen = chance.choice(self.world.canteens)
        batch = [one for one in self.unsent if one[0] == canteen and chance.random() < share]
        again = [one for one in self.sent if one[0] == canteen and chance.random() < 0.1]
        chance.shuffle(batch)
        if not batch:
            return
        kill_after = chance.randint(1, len(batch)) if chance.random() < 0.2 else 0
        self.step("upload", lambda: self._upload(canteen, batch, again, received, kill_after))
        self.unsent = [one for one in self.unsent if one not in batch]
        self.sent += batch

    def _upload(self, canteen: int, batch: list[Any], again: list[Any], received: datetime, kill_after: int) -> None:
        device = self.world.devices[canteen]
        ordered = sorted(batch, key=lambda one: (one[3], one[1].number))

        def send(database: Database, some: list[Any]) -> list[checkin.Outcome]:
            with database.transaction(EVERYWHERE) as session:
                checkin.keep(
                    session, device=device.known, reports=[one[1] for one in some], sent_at=received - device.behind,
                    received_at=received,
                )  # fmt: skip
            ids = [one[1].scan_id for one in some]
            return checkin.settle(database, make.KEYS, scan_ids=ids, at=received)

        if kill_after:
            killed(self.database, lambda database: send(database, ordered[:kill_after]), before=NEVER)
            self.drawn.begin(self.seed, self.steps, "after the kill")
        outcomes = {one.scan_id: one for one in send(self.database, batch + again)}
        for _, report, person, at in ordered:
            ref = outcomes[report.scan_id].redemption_ref
            assert ref is not None, outcomes[report.scan_id]
            self.model.settle(ref, person, canteen, at, received, report.told_fen, again=f"again-{report.scan_id}")

    def count(self, canteen: int, at: datetime) -> None:
        """Count a till, now and then with a yuan too little or too much, and carry some of it to the bank."""
        chance, model = self.chance, self.model
        off, part = chance.choice((0, 0, -100, 50)), chance.random()

        def act() -> None:
            held = model.held.get(canteen, Counter())
            last = self.counted.get(canteen)
            late = sum(fen for when, fen in model.since_count.pop(canteen, []) if last is not None and when < last)
            drawer = held["1001", ""] - late
            counted = max(0, drawer + off)
            banked = int(counted * part) if part > 0.3 else 0
            asked = tills.Counted(counted, "王师傅", "陈师傅", "找零", banked, f"slip-{self.steps}" if banked else "")
            with self.database.transaction(EVERYWHERE) as session:
                is_open = tills.standing(session, canteen_id=canteen).is_open
                verb = tills.close_shift if is_open else tills.open_shift
                row = verb(session, canteen_id=canteen, count=asked, actor="staff:1", at=at)
                assert (row.expected_fen, row.late_fen) == (drawer, late), (
                    row.expected_fen,
                    drawer,
                    row.late_fen,
                    late,
                )
            lost = drawer - counted
            model.move(canteen, Counter({("1901", ""): late + lost, ("1002", ""): banked}))
            model.move(canteen, Counter({("1001", ""): -late - lost - banked}))
            self.counted[canteen] = at

        self.step("count", act)
