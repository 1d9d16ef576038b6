"""What the offices do with the months of the town: truths that come late, statements, closes, payments, clawbacks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from canteen import seniors, settlement, treasury
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Refused
from tests.settlement import late
from tests.simulator.counter import FEWEST_STATEMENTS, Counters
from tests.simulator.killing import killed
from tests.simulator.model import POT, Due

_PATIENCE = 60
_HANDS = (("signed", "staff:canteen"), ("checked", "staff:street"), ("approved", "staff:affairs"))
# A scan that lost a race is tried again with references of its own: a meal's and an order's, nine letters each.
_LETTERS_OF_A_SCAN = 18


class Offices(Counters):
    """Live months from the first tray to the money in the bank."""

    def acting(self, name: str, act: Callable[[Session], Any]) -> Any:
        """Do one act of an office in a transaction of its own; sometimes it is killed first, and then done again."""

        def done(database: Database) -> Any:
            with database.transaction(EVERYWHERE) as session:
                return act(session)

        before = self.chance.randint(1, FEWEST_STATEMENTS)
        if self.chance.random() < 0.08:
            assert killed(self.database, done, before=before)
            name = f"{name} before"
        return self.step(name, lambda: done(self.database))

    def live(self, months: list[list[date]], *, acts: int) -> None:
        """Live months of service days, each with what follows it."""
        for days in months:
            for day in days:
                self.day(day, acts=acts)
                self.evening(day)
            self.month_end(days)
        assert self.acts["redeem"], self.acts

    def evening(self, day: date) -> None:
        """Let money come into the pot, or a truth be known late."""
        at = local(day, 17)
        if self.chance.random() < 0.4:
            self.donate(day, at)
        if self.chance.random() < 0.3:
            self.discover(day, at)

    def donate(self, day: date, at: datetime) -> None:
        """Receive a donation into the pot's own book."""
        fen = self.chance.randint(10_00, 80_00)

        def act(session: Session) -> None:
            treasury.receive(
                session, funder_code=POT, amount_fen=fen, voucher=f"收据 {self.steps}", giver="某公司", day=day,
                actor="staff:test", at=at,
            )  # fmt: skip
            self.model.pot += fen
            self.model.move(POT, Counter({("1002", POT): fen, ("2401", POT): -fen}))

        self.acting("donation", act)

    def discover(self, day: date, at: datetime) -> None:
        """Let the office learn that somebody died or left a category days ago; correct what was booked since."""
        person, since = self.chance.choice(self.world.people), day - timedelta(days=self.chance.randint(0, 9))
        known, what = self.model.people[person], self.chance.choice(("death", "category"))
        if what == "death" and known.died is None and self.chance.random() < 0.5:
            late.state(self.database, person, "death", "deceased", since, at=at)
            known.died = since
        elif what == "category" and known.poor_until is not None and known.poor_until > since:
            self._end_category(person, since, at)
            known.poor_until = since
        else:
            return
        self.step("correct", lambda: self._correct(person, at))

    def _end_category(self, person: int, since: date, at: datetime) -> None:
        with self.database.transaction(EVERYWHERE) as session:
            held = next(one for one in seniors.facts_of(session, person_id=person) if one.kind == "category")
            seniors.supersede_fact(
                session,
                fact_id=held.id,
                valid_until=since,
                evidence="停发通知",
                source="test",
                actor="staff:test",
                at=at,
            )

    def _correct(self, person: int, at: datetime) -> None:
        found = late.proposed(self.database, at=at)
        if found:
            late.accept(self.database, found, at=at)
        assert len(found) == self.model.correct(person, at), found

    def month_end(self, days: list[date]) -> None:
        """State, sign, accept, close and pay the month, with what comes in between."""
        month, last = f"{days[0]:%Y-%m}", days[-1]
        first = (last.replace(day=1) + timedelta(days=40)).replace(day=1)
        self.upload(local(first, 8))
        for canteen in self.world.canteens:
            self.state_month(canteen, month, local(first, 9))
        if self.chance.random() < 0.6:
            self.discover(last, local(first, 10))
        self.upload(local(first, 11))
        for hour, canteen in enumerate(self.world.canteens):
            self.close(canteen, month, last, local(first, 12 + hour))
        self.upload(local(first, 15), share=1.0)
        if self.chance.random() < 0.5:
            self.discover(last, local(first, 16))
        if self.chance.random() < 0.5:
            self.claw(local(first, 17))
        for day in (2, 3):
            self.pay(local(first.replace(day=day), 9))

    def state_month(self, canteen: int, month: str, at: datetime) -> None:
        """Freeze the month of a canteen, or the next part, where anything is not stated yet."""
        try:
            with self.database.reading(EVERYWHERE) as session:
                prepared = settlement.prepare(session, canteen_id=canteen, month=month, actor="staff:li", at=at)
        except Refused as refusal:
            if refusal.code != "settlement.nothing_to_state":
                raise
            return

        def act(session: Session) -> None:
            ref = settlement.freeze(
                session, canteen_id=canteen, month=month, actor="staff:li", at=at, prepared=prepared
            ).ref  # fmt: skip
            self.frozen[canteen, month] = ref, self.model.freeze(canteen, month)

        self.acting("freeze", act)

    def restate(self, canteen: int, month: str, at: datetime) -> None:
        """State the last part anew with what came since; where nothing did, the database says so."""
        ref, stated = self.frozen[canteen, month]

        def act(session: Session) -> None:
            later = settlement.supersede(session, ref=ref, actor="staff:li", at=at).ref
            self.frozen[canteen, month] = later, stated + self.model.freeze(canteen, month)

        try:
            self.acting("supersede", act)
        except Refused as refusal:
            if refusal.code != "settlement.nothing_changed":
                raise

    def accept(self, canteen: int, month: str, at: datetime) -> None:
        """Let a part pass through the four hands; now and then it is handed back once."""
        ref, stated = self.frozen.pop((canteen, month))
        hands = list(_HANDS)
        if self.chance.random() < 0.3:
            hands = [_HANDS[0], ("returned", "staff:street"), *_HANDS]

        def act(session: Session) -> None:
            for step, actor in hands:
                if step == "returned":
                    treasury.hand_back(session, ref=ref, reason="少一份", actor=actor, at=at)
                else:
                    treasury.sign(session, ref=ref, step=step, actor=actor, at=at)
            treasury.accept(session, ref=ref, actor="staff:finance", at=at)
            if stated:
                self.model.accept(ref, self.world.names[canteen], stated)

        self.acting("accept", act)

    def close(self, canteen: int, month: str, last: date, at: datetime) -> None:
        """Close a month: what is open is stated first, and the last step races with a writer."""
        if (canteen, month) in self.frozen:
            if self.chance.random() < 0.5:
                self.restate(canteen, month, at)
            self.accept(canteen, month, at)
        self.state_month(canteen, month, at)
        if (canteen, month) in self.frozen:
            self.accept(canteen, month, at)
        told = {"canteen_id": canteen, "month": month, "at": at}
        self.acting("soft close", lambda session: settlement.soft_close_month(session, actor="staff:li", **told))
        if self.chance.random() < 0.3:
            self.acting(
                "reopen", lambda session: settlement.reopen_month(session, reason="补一份", actor="staff:li", **told)
            )
            self.acting("soft close", lambda session: settlement.soft_close_month(session, actor="staff:li", **told))
        self.step("close", lambda: self._close_in_a_race(canteen, month, last, at))

    def _close_in_a_race(self, canteen: int, month: str, last: date, at: datetime) -> None:
        """Let a tray of the month come in while the closer holds the book: it goes into the month that is open."""
        held, go = threading.Event(), threading.Event()

        def closing() -> None:
            with self.database.transaction(EVERYWHERE) as session:
                settlement.close_month(session, canteen_id=canteen, month=month, actor="staff:head", at=at)
                held.set()
                assert go.wait(_PATIENCE)

        eaten = local(last, 12, 20)
        taken = self.model.standing.keys() | self.model.orders.keys()
        free = [one for one in self.world.people if (one, last) not in taken]
        self.drawn.begin(self.seed, self.steps, "race", again_after=_LETTERS_OF_A_SCAN)
        with ThreadPoolExecutor(max_workers=2) as threads:
            closer = threads.submit(closing)
            assert held.wait(_PATIENCE) or closer.result()
            writer = threads.submit(self.scan_late, free[0], canteen, eaten, at) if free else None
            go.set()
            closer.result(_PATIENCE)
            self.model.closed.add((canteen, month))
            if writer is not None:
                self.model.serve(writer.result(_PATIENCE), free[0], canteen, eaten, at)

    def claw(self, at: datetime) -> None:
        """Want the subsidy of a tray back, with a penalty or without."""
        found = sorted(
            meal.ref for meal in self.model.standing.values()
            if meal.ref not in self.clawed
            and any(funder and account.startswith("1122.") and fen for (account, funder), fen in meal.legs.items())
        )  # fmt: skip
        if not found:
            return
        ref, penalty = self.chance.choice(found), self.chance.choice((0, 50_00))
        self.clawed.add(ref)

        def act(session: Session) -> None:
            case = treasury.prepare_clawback(
                session, redemption_refs=[ref], reason="住院", document="区民〔2026〕3号", penalty_fen=penalty,
                actor="staff:affairs", at=at,
            ).ref  # fmt: skip
            back = treasury.confirm_clawback(session, ref=case, actor="staff:head", at=at)
            meal = self.model.meals[ref]
            assert back == self.model.claw(case, self.world.names[meal.canteen], meal, penalty)

        self.acting("clawback", act)

    def pay(self, at: datetime) -> None:
        """Pay what a purse owes a canteen, wholly or in part; the bank may return it."""
        open_now = [due for due in self.model.dues if due.left]
        pairs = sorted({(due.canteen, due.funder) for due in open_now})
        for canteen, funder in pairs:
            dues = [due for due in open_now if (due.canteen, due.funder) == (canteen, funder)]
            parts = [
                self.chance.randint(1, due.left) if due.left > 1 and self.chance.random() < 0.4 else due.left
                for due in dues
            ]
            if sum(parts) > 0 or max(parts) < 0:
                self._batch(list(zip(dues, parts, strict=True)), at)

    def _batch(self, items: list[tuple[Due, int]], at: datetime) -> None:
        canteen, funder = items[0][0].canteen, items[0][0].funder
        serial, is_returned = f"serial-{self.steps}", self.chance.random() < 0.25

        def act(session: Session) -> tuple[str, str]:
            open_now = treasury.open_dues(session, canteen_ids=[canteen])
            by_source = {(one.due.source, one.due.funder_code): one for one in open_now}
            for due, _ in items:
                assert by_source[due.source, funder].left_fen == due.left, due
            amounts = {by_source[due.source, funder].due.ref: part for due, part in items}
            made = treasury.prepare_batch(
                session, funder_code=funder, amounts=amounts, memo="", actor="staff:finance", at=at
            )
            operator = treasury.transfers(session, made)[0].operator.ref
            treasury.approve_batch(session, ref=made.ref, actor="staff:head", at=at)
            return made.ref, operator

        ref, operator = self.acting("batch", act)
        told = {"batch_ref": ref, "operator_ref": operator, "on": at.date(), "actor": "staff:finance", "at": at}
        moved: list[Any] = []

        def paid(session: Session) -> None:
            treasury.confirm_paid(session, serial=serial, **told)
            name = self.world.names[canteen]
            moved.extend((due, *self.model.pay(due, name, part)) for due, part in items)

        def returned(session: Session) -> None:
            treasury.note_return(session, reason="户名不符", **told)
            for due, received, sent in moved:
                self.model.give_back(due, received, sent)

        self.acting("paid", paid)
        if is_returned:
            self.acting("returned", returned)
