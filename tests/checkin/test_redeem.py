"""One scan: the tray, the books and the answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from canteen import checkin, ledger, orders, subsidy
from canteen.checkin.tables import Redemption, ScanAttempt
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
from canteen.orders.tables import Order, OrderEvent
from canteen.subsidy.tables import Claim, ClaimRelease
from tests import builders as make


def amounts(database: Database) -> dict[str, int]:
    with database.reading(EVERYWHERE) as session:
        rows = session.execute(select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account))
        return {account: int(total) for account, total in rows if total}


def test_a_scanned_order_is_served_and_in_the_books(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    assert (answer.verdict, answer.reason, answer.collect_fen) == ("ok", "served", 1300)
    assert amounts(database) == {
        "1001": 1300, "1122.02": 500, "1122.06": 200, "5001.01": -1300, "5001.02": -500, "5051.02": -200
    }  # fmt: skip
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Order.state)).one() == "served"
        assert session.scalars(select(OrderEvent.state).order_by(OrderEvent.id)).all() == ["placed", "served"]
        assert ledger.verify(session.connection()) == ([], 2)


def test_the_long_code_is_read_like_the_number(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        code = make.a_code(session, person)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, code.digits))
    assert answer.reason == "served"


def test_a_second_scan_says_where_and_when_it_was_taken(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    assert (answer.verdict, answer.reason, answer.actions) == ("warn", "already_served", ("again",))
    assert answer.params["at"] == make.NOON
    assert answer.params["is_here"] is True


def test_the_same_scan_id_gets_the_first_answer_and_no_second_row(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    first = checkin.redeem(database, make.KEYS, make.a_scan(town, number, scan_id="the-same-scan"))
    again = checkin.redeem(database, make.KEYS, make.a_scan(town, number, scan_id="the-same-scan"))
    assert again == checkin.Answer.read(first.stored())
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count()).select_from(ScanAttempt)) == 1
        assert session.scalar(select(func.count()).select_from(Redemption)) == 1


def test_a_walk_in_is_served_with_the_dish_of_the_day_in_one_step(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        number = make.a_number(session, person)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    assert (answer.verdict, answer.reason, answer.collect_fen) == ("ok", "walk_in", 1300)
    with database.reading(EVERYWHERE) as session:
        order = session.scalars(select(Order)).one()
        assert (order.state, order.channel) == ("served", "walk_in")


def test_a_subsidy_for_who_orders_a_day_ahead_looks_at_the_order_and_not_at_the_scan(
    database: Database, town: make.Town
) -> None:
    shape = Path(__file__).parents[1] / "policies" / "shapes" / "29-ordered-ahead.yaml"
    with database.transaction(EVERYWHERE) as session:
        subsidy.publish(session, text=shape.read_text("utf-8"), actor="staff:test", at=make.BEFORE)
        ahead, late = make.a_senior(session), make.a_senior(session)
        for person, at in ((ahead, make.BEFORE - timedelta(days=1)), (late, make.BEFORE)):
            orders.place(
                session, person_id=person, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch",
                mode="dine_in", wishes=[orders.Wish(town.item_id)], channel="wechat", actor="wechat:1", at=at,
            )  # fmt: skip
        numbers = [make.a_number(session, person) for person in (ahead, late)]
    answers = [checkin.redeem(database, make.KEYS, make.a_scan(town, number)) for number in numbers]
    assert [answer.collect_fen for answer in answers] == [1500, 1800]


def test_another_tray_is_full_price_and_takes_no_chance(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number, intent="again"))
    assert (answer.reason, answer.collect_fen) == ("served_again", 1800)
    with database.reading(EVERYWHERE) as session:
        claims = session.scalars(select(Claim.counter).where(Claim.counter == "meal")).all()
        assert claims == ["meal"]


def test_a_card_is_read_and_a_revoked_one_is_red(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        card = checkin.issue_card(session, make.KEYS, person_id=person, actor="staff:1", at=make.BEFORE)
        lost = checkin.issue_card(session, make.KEYS, person_id=person, actor="staff:1", at=make.BEFORE)
        checkin.revoke_card(session, ref=lost.ref, reason="lost", actor="staff:1", at=make.BEFORE)
    revoked = checkin.redeem(database, make.KEYS, make.a_scan(town, lost.digits))
    served = checkin.redeem(database, make.KEYS, make.a_scan(town, card.digits))
    assert (revoked.verdict, revoked.reason) == ("bad", "card_revoked")
    assert served.reason == "served"


def test_a_forged_code_is_red_and_kept_as_an_attempt(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        code = make.a_code(session, make.a_senior(session)).digits
    forged = code[:-1] + str((int(code[-1]) + 1) % 10)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, forged))
    assert (answer.verdict, answer.reason) == ("bad", "forged_code")
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(ScanAttempt.reason)).all() == ["forged_code"]


def test_an_unknown_number_is_refused_and_guessing_is_slowed(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, make.a_senior(session))
    for _ in range(10):
        assert checkin.redeem(database, make.KEYS, make.a_scan(town, "00000000")).reason == "unknown_code"
    assert checkin.redeem(database, make.KEYS, make.a_scan(town, number)).reason == "too_many_tries"
    other = make.a_scan(town, number, device="device-2")
    assert checkin.redeem(database, make.KEYS, other).reason == "walk_in"


def test_an_undo_gives_everything_back_and_the_chance_can_be_used_again(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    first = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    undone = checkin.undo(
        database, scan_id="undo-0001", redemption_ref=str(first.redemption_ref), device="device-1",
        actor="staff:counter", at=make.at(make.MONDAY, 11, 35),
    )  # fmt: skip
    assert undone.reason == "undone"
    assert amounts(database) == {}
    second = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    assert (second.reason, second.collect_fen) == ("served", 1300)
    with database.reading(EVERYWHERE) as session:
        rounds = session.scalars(select(Claim.round).where(Claim.counter == "meal").order_by(Claim.id)).all()
        assert rounds == [1, 2]
        assert session.scalar(select(func.count()).select_from(ClaimRelease)) == 2
        assert ledger.verify(session.connection())[0] == []


def test_the_tender_is_corrected_by_one_tap(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        person = make.a_senior(session)
        make.an_order(session, town, person)
        number = make.a_number(session, person)
    answer = checkin.redeem(database, make.KEYS, make.a_scan(town, number))
    for _ in range(2):
        checkin.change_tender(
            database, redemption_ref=str(answer.redemption_ref), tender="tab", actor="staff:1", at=make.NOON
        )
    found = amounts(database)
    assert (found.get("1001"), found["1122.09"]) == (None, 1300)
