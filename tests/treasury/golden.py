"""Live the golden month of docs/golden-month.md through the real verbs, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canteen import checkin, ledger, places, rounds, seniors, settlement, tills, treasury
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.checkin.test_offline import Device, a_device
from tests.rounds.street import SHENZHEN, a_courier, quickly
from tests.settlement import late
from tests.settlement.test_late_truth_pots import CHANGES, POT
from tests.treasury.paying import FUNDER
from tests.treasury.test_bank import a_statement

MONTH = "2026-12"
_GRANT = """    site_money:
      - {id: annual, name: 年度运营补助, per: year, who: {kind: canteen}, opening: by_month, closing: by_month,
         gets: {flat: "60000.00", times_rating: {from: 0.8, to: 1.2}}, paid_in: following_year, paid_by: government}
    delivery:
"""
_POLICY = (
    ("chosen_by: {hukou: {city: 深圳}}", "chosen_by: {hukou: {city: 深圳}, canteen: {city: 深圳}}"),
    *CHANGES,
    ("    delivery:\n", _GRANT),
)
_DAYS = (1, 2, 3, 4, 7, 8, 9, 10, 30, 31)
_CARRIED = (1, 8, 30)


def day(number: int) -> date:
    """Return a day of the month."""
    return date(2026, 12, number)


def january(number: int, hour: int = 9) -> datetime:
    """Return an instant of the month after it."""
    return local(date(2027, 1, number), hour)


@dataclass
class Month:
    """Hold the canteen, its four diners, its windows, and the meals by the number of their fact."""

    database: Database
    town: make.Town
    people: dict[str, int]
    cards: dict[str, str]
    courier: rounds.Courier
    windows: tuple[Device, Device]
    meals: dict[int, str]

    def eat(self, fact: int, who: str, on: int, **how: str) -> None:
        """Serve a lunch from an order, on the way in, by a courier, or again."""
        code = how.pop("code", self.cards[who])
        scan = make.a_scan(self.town, code, scan_id=f"golden-{fact:03d}", now=local(day(on), 11, 20), **how)
        answer = checkin.redeem(self.database, make.KEYS, scan)
        assert answer.redemption_ref is not None, answer
        self.meals[fact] = answer.redemption_ref

    def order(self, who: str, on: int, *, mode: str = "dine_in", is_small: bool = False) -> str:
        """Order the lunch of 18.00, or the one of 15.00, and return the number."""
        with self.database.transaction(EVERYWHERE) as session:
            offered = make.menus.day(session, canteen_id=self.town.canteen_id, service_date=day(on), meal="lunch")
            assert offered is not None
            item = offered.items[1 if is_small else 0].item_id
            return make.an_order(session, self.town, self.people[who], day=day(on), mode=mode, item=item).ref

    def carry(self, fact: int, who: str, on: int) -> None:
        """Plan the round of a day and hand the one lunch of it over at the door."""
        ref = self.order(who, on, mode="delivery")
        due = rounds.Due(self.town.canteen_id, day(on), "lunch")
        rounds.plan(self.database, due, actor="test", at=local(day(on), 9, 31), solve=quickly)
        self.eat(fact, who, on, code=ref, means="courier")
        happening = rounds.Happening(
            event_id=f"golden-{fact:03d}", event="handed", happened_at=local(day(on), 11, 20), order_ref=ref,
            proof="name",
        )  # fmt: skip
        with self.database.transaction(EVERYWHERE) as session:
            held = self._round(session, on)
            rounds.note(session, held, happening, courier=self.courier, actor="courier", at=local(day(on), 11, 30))

    def hand_in(self, fact: int, fen: int, on: int, note: str = "") -> None:
        """Let the courier hand in what was taken at the doors."""
        with self.database.transaction(EVERYWHERE) as session:
            rounds.hand_in(
                session, self._round(session, on), courier=self.courier, event_id=f"golden-cash-{fact}",
                counted_fen=fen, given_by="小周", taken_by="王师傅", note=note, actor="staff:1", at=local(day(on), 13),
            )  # fmt: skip

    def undo(self, fact: int, of: int, on: int) -> None:
        """Take a meal back."""
        checkin.undo(
            self.database, scan_id=f"golden-{fact:03d}", redemption_ref=self.meals[of], device="device-1",
            actor="staff:counter", at=local(day(on), 11, 30),
        )  # fmt: skip

    def tender(self, of: int, tender: str, on: int) -> None:
        """Say that a meal was paid in another way."""
        checkin.change_tender(
            self.database, redemption_ref=self.meals[of], tender=tender, actor="staff:1", at=local(day(on), 11, 40)
        )

    def act(self, verb, at: datetime, **asked):
        """Do one act of the office."""
        with self.database.transaction(EVERYWHERE) as session:
            return verb(session, at=at, **asked)

    def _round(self, session, on: int) -> rounds.Round:
        return rounds.round_on(session, canteen_id=self.town.canteen_id, service_date=day(on), meal="lunch")


def play(database: Database, town: make.Town) -> Month:
    """Live the whole month and what comes after it."""
    month = _begin(database, town)
    _first_days(month)
    _second_week(month)
    _known_late(month)
    _last_days(month)
    _close(month)
    _after(month)
    _paid(month)
    return month


def _begin(database: Database, town: make.Town) -> Month:
    late.publish(database, *_POLICY)
    with database.transaction(EVERYWHERE) as session:
        for number in _DAYS:
            make.a_menu(session, town.canteen_id, day=day(number))
        people = {
            "Li": make.a_senior(session, name="李德福", birth=date(1950, 5, 1)),
            "Zhou": make.a_senior(session, name="周桂兰", birth=date(1924, 5, 1)),
            "Chen": make.a_senior(session, name="陈玉珍", birth=date(1963, 5, 1)),
            "Wang": make.a_senior(session, name="王秀", birth=date(1954, 5, 1), categories=["minimum_living"]),
        }
        cards = {
            who: checkin.issue_card(session, make.KEYS, person_id=key, actor="staff:test", at=make.BEFORE).digits
            for who, key in people.items()
        }
        canteen = places.canteen_by_id(session, canteen_id=town.canteen_id)
        canteen.latitude_e6, canteen.longitude_e6 = (round(part * 1e6) for part in SHENZHEN)
        building = rounds.add_building(
            session, canteen_id=town.canteen_id, name="莲花里 1 栋", has_lift=True, note="",
            pin=rounds.Pin(latitude=SHENZHEN[0] + 0.002, longitude=SHENZHEN[1], datum="wgs84"),
            actor="test", at=make.BEFORE,
        )  # fmt: skip
        rounds.settle(session, person_id=people["Zhou"], building=building, floor=1, actor="test", at=make.BEFORE)
        courier = a_courier(session, town, "小周")
    windows = a_device(database, town, letter="A"), a_device(database, town, letter="B")
    return Month(database, town, people, cards, courier, windows, {})


def _first_days(month: Month) -> None:
    """Facts 1 to 24."""
    begin = local(day(1), 8)
    with month.database.transaction(EVERYWHERE) as session:
        ledger.open_pot(session, funder_code=POT, actor="staff:test", at=begin)
    month.act(
        treasury.agree, begin, funder_code=POT, donor="某公司", restriction="老人午餐", document="协议 1",
        holder_id=month.town.canteen_id, signed_on=day(1), until_on=None, actor="staff:test",
    )  # fmt: skip
    month.act(
        treasury.receive, begin, funder_code=POT, amount_fen=100_00, voucher="1", giver="某公司", day=day(1),
        actor="staff:test",
    )  # fmt: skip
    till = {"counter_name": "王师傅", "witness": "陈师傅"}
    opened = tills.Counted(counted_fen=200_00, explanation="备用金", **till)
    month.act(tills.open_shift, local(day(1), 10), canteen_id=month.town.canteen_id, count=opened, actor="staff:1")
    month.eat(3, "Li", 1)
    month.eat(4, "Chen", 1)
    month.order("Wang", 1, is_small=True)
    month.eat(5, "Wang", 1)
    month.eat(6, "Li", 1, intent="again")
    month.carry(7, "Zhou", 1)
    month.hand_in(8, 3_00, 1)
    closed = tills.Counted(
        counted_fen=251_00, explanation="找零少了一元", banked_fen=51_00, bank_slip="7301", **till
    )  # fmt: skip
    month.act(tills.close_shift, local(day(1), 14), canteen_id=month.town.canteen_id, count=closed, actor="staff:1")
    month.order("Li", 2, is_small=True)
    month.eat(10, "Li", 2)
    month.tender(10, "tab", 2)
    month.eat(12, "Wang", 2)
    month.eat(13, "Chen", 2)
    month.undo(14, 13, 2)
    month.eat(15, "Zhou", 2)
    month.eat(16, "Li", 3)
    month.tender(16, "own_code", 3)
    month.eat(18, "Wang", 3)
    month.eat(19, "Zhou", 3)
    month.order("Chen", 3, mode="pickup", is_small=True)
    month.eat(20, "Chen", 3)
    month.eat(21, "Li", 4)
    month.eat(22, "Wang", 4)
    month.undo(23, 22, 4)
    month.eat(24, "Wang", 4)


def _second_week(month: Month) -> None:
    """Facts 25 to 32."""
    month.eat(25, "Wang", 7)
    month.eat(26, "Li", 7)
    month.eat(27, "Wang", 8)
    month.carry(28, "Zhou", 8)
    month.hand_in(29, 2_00, 8, "明天补一元")
    month.eat(30, "Wang", 9)
    month.eat(31, "Chen", 9)
    month.eat(32, "Li", 10)


def _known_late(month: Month) -> None:
    """Facts 33 to 35."""
    at = local(day(18), 15)
    with month.database.reading(EVERYWHERE) as session:
        facts = seniors.facts_of(session, person_id=month.people["Wang"])
        ended = next(fact.id for fact in facts if fact.kind == "category")
    month.act(
        seniors.supersede_fact, at, fact_id=ended, valid_until=day(8), evidence="低保停发通知", source="test",
        actor="staff:office",
    )  # fmt: skip
    late.accept(month.database, late.proposed(month.database, at=at), at=at)


def _last_days(month: Month) -> None:
    """Facts 36 to 40."""
    month.carry(36, "Zhou", 30)
    month.hand_in(37, 3_00, 30)
    first, second = month.windows
    first.scan(month.cards["Li"], local(day(31), 11, 40))
    second.scan(month.cards["Chen"], local(day(31), 11, 50), told_fen=18_00)
    first.upload(at=january(2))


def _close(month: Month) -> None:
    """Facts 41 to 47."""
    at, canteen_id = january(4), month.town.canteen_id
    ref = month.act(settlement.freeze, at, canteen_id=canteen_id, month=MONTH, actor="staff:li").ref
    for step, actor in (("signed", "staff:canteen"), ("checked", "staff:street"), ("approved", "staff:affairs")):
        month.act(treasury.sign, at, ref=ref, step=step, actor=actor)
    month.act(treasury.accept, at, ref=ref, actor="staff:finance")
    month.act(settlement.soft_close_month, january(5), canteen_id=canteen_id, month=MONTH, actor="staff:li")
    month.act(settlement.close_month, january(5), canteen_id=canteen_id, month=MONTH, actor="staff:head")


def _after(month: Month) -> None:
    """Facts 48 to 53."""
    month.windows[1].upload(at=january(6))
    late.state(month.database, month.people["Zhou"], "death", "deceased", day(29), at=january(12))
    late.accept(month.database, late.proposed(month.database, at=january(12)), at=january(12))
    month.act(
        places.rate, january(13), canteen_id=month.town.canteen_id, kind="percent", value="90",
        valid_from=date(2026, 1, 1), valid_until=None, document="考核表", actor="staff:affairs",
    )  # fmt: skip
    month.act(settlement.propose_grants, january(13), year=2026, on=january(13).date())
    (grant,) = late.waiting(month.database)
    late.accept(month.database, grant.proposals, at=january(13))
    month.act(treasury.accept_grant, january(14), proposal_ref=grant.proposals[0].ref, actor="staff:finance")


def _paid(month: Month) -> None:
    """Facts 54 to 62."""
    with month.database.reading(EVERYWHERE) as session:
        owed = {one.due.kind: one for one in treasury.open_dues(session, canteen_ids=[month.town.canteen_id])}
    statement = {owed["statement"].due.ref: owed["statement"].left_fen}
    first, operator = _batch(month, statement, 19)
    told = {"operator_ref": operator, "actor": "staff:finance"}
    month.act(treasury.confirm_paid, january(20), batch_ref=first, serial="0120-1", on=january(20).date(), **told)
    month.act(treasury.note_return, january(21), batch_ref=first, reason="户名不符", on=january(21).date(), **told)
    both, _ = _batch(month, statement | {owed["grant"].due.ref: owed["grant"].left_fen}, 22)
    month.act(treasury.confirm_paid, january(22), batch_ref=both, serial="0122-1", on=january(22).date(), **told)
    claimed = month.act(
        treasury.prepare_clawback, january(25), redemption_refs=[month.meals[32]], reason="本人当天住院",
        document="区民〔2027〕3号", penalty_fen=50_00, actor="staff:affairs",
    ).ref  # fmt: skip
    back = month.act(treasury.confirm_clawback, january(25), ref=claimed, actor="staff:head")
    with month.database.reading(EVERYWHERE) as session:
        (due,) = treasury.open_dues(session, canteen_ids=[month.town.canteen_id])
    returned, _ = _batch(month, {due.due.ref: -back}, 27)
    month.act(treasury.confirm_paid, january(28), batch_ref=returned, serial="0128-1", on=january(28).date(), **told)
    _bank(month)


def _batch(month: Month, amounts: dict[str, int], on: int) -> tuple[str, str]:
    with month.database.transaction(EVERYWHERE) as session:
        made = treasury.prepare_batch(
            session, funder_code=FUNDER, amounts=amounts, memo="", actor="staff:finance", at=january(on)
        )
        ref, operator = made.ref, treasury.transfers(session, made)[0].operator.ref
    month.act(treasury.approve_batch, january(on, 10), ref=ref, actor="staff:head")
    return ref, operator


def _bank(month: Month) -> None:
    told = {"canteen_id": month.town.canteen_id, "actor": "staff:li"}
    content = a_statement(
        ["2027-01-29", 13, None, "微信", "收款码", "0129-1"], ["2027-01-29", None, 0.08, "银行", "手续费", "0129-2"]
    )
    at = january(29) + timedelta(hours=6)
    kept = month.act(treasury.keep_file, at, name="流水.xlsx", content=content, **told)
    columns = treasury.guessed(treasury.table_of(kept.content))
    month.act(treasury.take_lines, at, ref=kept.ref, columns=columns, actor="staff:li")
    for key, decision in (("0129-1", "own_code"), ("0129-2", "fee")):
        month.act(treasury.decide_line, at, line_key=key, decision=decision, evidence="日结单", **told)
