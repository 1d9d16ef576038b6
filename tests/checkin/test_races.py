"""Two scanners, one meal; two meals, one chance: the database decides, and everybody eats."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import func, select

from canteen import checkin, ledger
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Refused
from canteen.ledger.tables import Posting
from canteen.subsidy.tables import Claim
from tests import builders as make

HEPING = "120101000000"
WEEK = date(2025, 3, 3)


def test_eight_scanners_serve_one_meal_once(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    requests = [make.a_scan(town, number, device=f"device-{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda request: checkin.redeem(database, make.KEYS, request), requests))
    assert sorted(answer.reason for answer in answers) == ["already_served"] * 7 + ["served"]
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count()).select_from(Redemption)) == 1
        assert ledger.verify(session.connection())[0] == []


def test_the_same_scan_sent_eight_times_at_once_is_one_attempt(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        number = make.a_number(session, person)
    request = make.a_scan(town, number, scan_id="one-scan-only")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: checkin.redeem(database, make.KEYS, request), range(8)))
    assert {answer.reason for answer in answers} == {"walk_in"}
    assert len({answer.redemption_ref for answer in answers}) == 1


def test_two_canteens_and_one_last_chance_of_the_week_feed_twice_and_fund_once(database: Database) -> None:
    """Tianjin pays five meals a week: four are used, and two canteens scan on different days at the same moment."""
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        make.a_policy(session, "tianjin")
        town, other = (tianjin_town(session) for _ in range(2))
        person = make.a_senior(session, birth=date(1940, 1, 1), region_code=HEPING)
        codes = {day: make.a_code(session, person, day=WEEK + timedelta(days=day)).digits for day in range(6)}
    for day in range(4):
        answer = checkin.redeem(database, make.KEYS, scan(town, codes[day], day))
        assert answer.collect_fen == 1000
    last = [scan(town, codes[4], 4), scan(other, codes[5], 5)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda request: checkin.redeem(database, make.KEYS, request), last))
    assert sorted(answer.collect_fen or 0 for answer in answers) == [1000, 1300]
    with database.reading(EVERYWHERE) as session:
        weekly = session.scalars(select(Claim.ordinal).where(Claim.counter.contains("week"))).all()
        assert sorted(weekly) == [1, 2, 3, 4, 5]


def test_a_meal_that_is_paid_otherwise_while_it_is_taken_back_leaves_nothing_in_the_books(
    database: Database, town: make.Town
) -> None:
    with database.transaction(EVERYWHERE) as session:
        people = [make.a_senior(session) for _ in range(12)]
        numbers = [make.a_number(session, person) for person in people]
    refs = [checkin.redeem(database, make.KEYS, make.a_scan(town, number)).redemption_ref for number in numbers]

    def take_back(ref: str) -> None:
        checkin.undo(
            database, scan_id=f"undo-{ref}", redemption_ref=ref, device="device-1", actor="staff:x", at=make.NOON
        )

    def pay_otherwise(ref: str) -> None:
        with contextlib.suppress(Refused):
            checkin.change_tender(database, redemption_ref=ref, tender="tab", actor="staff:x", at=make.NOON)

    with ThreadPoolExecutor(4) as threads:
        for ref in filter(None, refs):
            at_once = [threads.submit(pay_otherwise, ref), threads.submit(take_back, ref)]
            for one in at_once:
                one.result()
    with database.reading(EVERYWHERE) as session:
        left = select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account)
        assert {amount for _, amount in session.connection().execute(left)} == {0}
        assert ledger.verify(session.connection())[0] == []


def tianjin_town(session: object) -> make.Town:
    canteen_id = make.a_canteen(session, region_code=HEPING)  # type: ignore[arg-type]
    items = [make.a_menu(session, canteen_id, day=WEEK + timedelta(days=n), prices=[1300]) for n in range(6)]  # type: ignore[arg-type]
    return make.Town(canteen_id, items[0][0], items[0][0])


def scan(town: make.Town, code: str, day: int) -> checkin.ScanRequest:
    return make.a_scan(town, code, now=make.at(WEEK + timedelta(days=day), 11, 30))
