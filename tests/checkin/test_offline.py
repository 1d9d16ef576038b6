"""What two devices answered without network ends in the same books, however it arrives."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, func, select

from canteen import checkin, ledger
from canteen.checkin import tables as checkin_tables
from canteen.checkin.offline import kept
from canteen.checkin.tables import OfflineOutcome, OfflineScan, Redemption, RedemptionUndo, ScanAttempt, ScanException
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
from canteen.subsidy.tables import Claim, ClaimRelease
from tests import builders as make
from tests.worlds import Worlds, opened

BACK = make.at(make.MONDAY, 14)


@dataclass
class Device:
    """Scan without network, with a clock of one's own, and upload later."""

    database: Database
    known: checkin.KnownDevice
    letter: str = "A"
    behind: timedelta = timedelta()
    reports: list[checkin.Report] = field(default_factory=list)

    def scan(self, code: str, at: datetime, **more: Any) -> str:
        told = {"verdict": "ok", "reason": "served", "told_fen": 1300, "tender": "cash", "intent": "serve", **more}
        scan_id = f"offline-{self.letter}-{len(self.reports):03d}"
        self.reports.append(
            checkin.Report(
                scan_id=scan_id, number=len(self.reports) + 1, code=code, means=told.pop("means", "gun"),
                staff="staff:S-1", happened_at=at - self.behind, skew_ms=told.pop("skew_ms", None), **told,
            )
        )  # fmt: skip
        return scan_id

    def upload(self, *, at: datetime = BACK, only: slice = slice(None), turned: bool = False) -> dict[str, str]:
        reports = self.reports[only]
        with self.database.transaction(EVERYWHERE) as session:
            checkin.keep(
                session, device=self.known, reports=reports[::-1] if turned else reports,
                sent_at=at - self.behind, received_at=at,
            )  # fmt: skip
        ids = [report.scan_id for report in reports]
        return {one.scan_id: one.outcome for one in checkin.settle(self.database, make.KEYS, scan_ids=ids, at=at)}


def a_device(database: Database, town: make.Town, **more: Any) -> Device:
    with database.transaction(EVERYWHERE) as session:
        made = checkin.enrol_device(
            session, canteen_id=town.canteen_id, name="一号窗口", browser=f"browser-of-{more.get('letter', 'A')}",
            actor="staff:test", at=make.BEFORE,
        )  # fmt: skip
    return Device(database, checkin.known_device(database, token=made.token), **more)


def people(database: Database, town: make.Town, count: int) -> list[str]:
    """Register people, every other one with an order, and return the digits of their cards."""
    with database.transaction(EVERYWHERE) as session:
        codes = []
        for number in range(count):
            person = make.a_senior(session)
            if number % 2 == 0:
                make.an_order(session, town, person)
            codes.append(
                checkin.issue_card(session, make.KEYS, person_id=person, actor="staff:test", at=make.BEFORE).digits
            )
        return codes


def minutes(count: float) -> datetime:
    return make.at(make.MONDAY, 11) + timedelta(minutes=count)


def rows(database: Database, table: Any) -> list[Any]:
    with database.reading(EVERYWHERE) as session:
        return list(session.scalars(select(table)))


def books(database: Database) -> dict[str, Any]:
    """Return what must not depend on the way of uploading."""
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        accounts = select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account)
        standing = (
            select(Redemption, OfflineScan.scan_id)
            .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
            .outerjoin(OfflineOutcome, OfflineOutcome.redemption_ref == Redemption.ref)
            .outerjoin(OfflineScan, OfflineScan.scan_id == OfflineOutcome.scan_id)
            .where(RedemptionUndo.redemption_ref.is_(None))
        )
        held = select(Claim.person_id, Claim.window).outerjoin(ClaimRelease).where(ClaimRelease.claim_id.is_(None))
        return {
            "accounts": {account: fen for account, fen in connection.execute(accounts) if fen},
            "meals": sorted((m.person_id, m.kind, m.happened_at, m.own_fen) for m, _ in session.execute(standing)),
            "claims": Counter(tuple(row) for row in connection.execute(held)),
            "exceptions": sorted((e.scan_id, e.kind, e.amount_fen) for e in session.scalars(select(ScanException))),
            "faults": ledger.verify(connection)[0],
        }


def two_devices(database: Database, town: make.Town) -> tuple[Device, Device]:
    """Scan the same six cards on two devices, one of them two years slow, the other five hours fast."""
    cards = people(database, town, 6)
    slow = a_device(database, town, letter="A", behind=timedelta(days=730))
    fast = a_device(database, town, letter="B", behind=-timedelta(hours=5))
    for number, card in enumerate(cards):
        first, second = (slow, fast) if number % 3 else (fast, slow)
        first.scan(card, minutes(10 + number))
        second.scan(card, minutes(30 + number))
    slow.scan("2" * 51, minutes(40), reason="unknown_card", told_fen=None, tender="tab")
    fast.scan(cards[0], minutes(50), verdict="warn", reason="already_served", told_fen=None)
    return slow, fast


def killed_half_way(slow: Device, fast: Device) -> None:
    """Upload from a process that dies as it is about to commit for the fifth time, then from one that lives."""
    url = slow.database.engine.url.render_as_string(hide_password=False)
    child = os.fork()
    if child == 0:
        dying = opened(url)
        commits = itertools.count(1)
        event.listen(dying.engine, "commit", lambda _: os._exit(9) if next(commits) == 5 else None)
        replace(fast, database=dying).upload()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert 0 < len(rows(slow.database, OfflineOutcome)) < len(fast.reports)
    for device in (slow, fast):
        device.upload()


WAYS = {
    "straight": lambda slow, fast: [slow.upload(), fast.upload()],
    "turned round, twice": lambda slow, fast: [device.upload(turned=True) for device in (fast, slow, fast, slow)],
    "cut to pieces": lambda slow, fast: [
        device.upload(only=slice(n, n + 1)) for n in (6, 3, 0, 5, 1, 4, 2, 0, 7) for device in (slow, fast)
    ],
    "killed half-way": killed_half_way,
}


def test_the_books_end_the_same_in_whatever_way_two_devices_upload(all_worlds: Worlds) -> None:
    ends = {}
    for way, upload in WAYS.items():
        with all_worlds.copy("town") as url:
            database = opened(url)
            upload(*two_devices(database, all_worlds.built("town")))
            ends[way] = books(database)
            database.dispose()

    end = ends["straight"]
    assert end["faults"] == []
    assert Counter(kind for _, kind, _, _ in end["meals"]) == {"meal": 6, "extra": 6}
    assert all(happened < minutes(20) for _, kind, happened, _ in end["meals"] if kind == "meal")
    assert Counter(kind for _, kind, _ in end["exceptions"]) == {"fed_not_funded": 6, "forged_code": 1}
    assert all(other == end for other in ends.values()), [way for way in ends if ends[way] != end]


def test_an_earlier_offline_scan_takes_the_subsidy_from_an_online_one_and_nobody_is_reproached(
    database: Database, town: make.Town
) -> None:
    [card] = people(database, town, 1)
    device = a_device(database, town)
    online = checkin.redeem(database, make.KEYS, make.a_scan(town, card, now=minutes(40)))
    device.scan(card, minutes(20))

    assert device.upload() == {"offline-A-000": "served"}
    meals = {(meal.kind, meal.happened_at): meal for meal in rows(database, Redemption)}
    assert set(meals) == {("meal", minutes(40)), ("meal", minutes(20)), ("extra", minutes(40))}
    assert meals["meal", minutes(40)].ref == online.redemption_ref
    assert [(one.scan_id, one.kind, one.amount_fen) for one in rows(database, ScanException)] == [
        (meals["meal", minutes(40)].scan_id, "fed_not_funded", 500)
    ]
    # Twice thirteen yuan lie in the till, as the counter was told both times.
    assert books(database)["accounts"]["1001"] == 2600


def test_cash_that_was_taken_for_a_free_meal_stays_in_the_till_when_another_scan_precedes_it(
    database: Database, town: make.Town
) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session, categories=["minimum_living"])
        make.an_order(session, town, person, item=town.other_item_id)
        card = checkin.issue_card(session, make.KEYS, person_id=person, actor="staff:test", at=make.BEFORE).digits
    device = a_device(database, town)
    device.scan(card, minutes(20), told_fen=300)
    device.scan(card, minutes(10), told_fen=0)

    device.upload(only=slice(0, 1))
    device.upload(only=slice(1, 2))
    assert books(database)["accounts"]["1001"] == 300


def test_what_the_network_took_and_the_device_answered_is_one_meal(database: Database, town: make.Town) -> None:
    [card] = people(database, town, 1)
    device = a_device(database, town)
    told = device.scan(card, minutes(20), told_fen=1500)
    checkin.redeem(database, make.KEYS, make.a_scan(town, card, scan_id=told, now=minutes(20)))
    device.upload()

    assert [meal.kind for meal in rows(database, Redemption)] == ["meal"]
    assert books(database)["accounts"]["1001"] == 1500
    assert [one.kind for one in rows(database, ScanException)] == ["told_more"]


def test_a_tray_that_the_network_gave_and_the_device_did_not_is_taken_back(database: Database, town: make.Town) -> None:
    [card] = people(database, town, 1)
    device = a_device(database, town)
    told = device.scan(card, minutes(20), verdict="warn", reason="already_served", told_fen=None)
    checkin.redeem(database, make.KEYS, make.a_scan(town, card, scan_id=told, now=minutes(20)))

    assert device.upload() == {told: "noted"}
    assert books(database)["meals"] == []


def test_what_cannot_be_booked_is_kept_with_its_evidence(database: Database, town: make.Town) -> None:
    [card, lost] = people(database, town, 2)
    device = a_device(database, town)
    with database.transaction(EVERYWHERE) as session:
        held = checkin.cards_of(session, person_id=rows(database, checkin_tables.Card)[1].person_id)[0]
        checkin.revoke_card(session, ref=held.ref, reason="lost", actor="staff:test", at=minutes(15))
        checkin.revoke_device(session, ref=device.known.ref, actor="staff:test", at=minutes(30))
    before, dead, after = (
        device.scan(card, minutes(20)), device.scan(lost, minutes(25)), device.scan(card, minutes(35))
    )  # fmt: skip

    assert device.upload() == {before: "served", dead: "failed", after: "failed"}
    assert {one.scan_id: (one.verdict, one.reason) for one in rows(database, ScanAttempt) if one.verdict == "bad"} == {
        dead: ("bad", "card_revoked"),
        after: ("bad", "device_revoked"),
    }
    with database.reading(EVERYWHERE) as session:
        assert [one.code for one in kept(session, scan_ids=[after])] == [card]
        assert card not in session.scalars(select(OfflineScan.code_sealed).where(OfflineScan.scan_id == after)).one()


def test_a_card_that_the_device_did_not_know_is_on_the_tab_at_its_own_price(
    database: Database, town: make.Town
) -> None:
    [card] = people(database, town, 1)
    device = a_device(database, town)
    device.scan(card, minutes(20), reason="unknown_card", told_fen=None, tender="tab")
    device.upload()

    assert books(database)["accounts"]["1122.09"] == 1300
    assert rows(database, ScanException) == []


def test_one_more_tray_that_was_asked_for_is_no_exception(database: Database, town: make.Town) -> None:
    [card] = people(database, town, 1)
    device = a_device(database, town)
    device.scan(card, minutes(20))
    device.scan(card, minutes(21), intent="again", told_fen=1800)

    assert sorted(device.upload(turned=True).values()) == ["served", "served"]
    assert [(kind, own) for _, kind, _, own in books(database)["meals"]] == [("extra", 1800), ("meal", 1300)]
    assert rows(database, ScanException) == []
