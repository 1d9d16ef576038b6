"""Take what a courier says of a door into the books: one message, one fact, however often and late it comes.

Each message carries an id made by the telephone. A meal that was handed over is booked first, under the same id, and
then noted with its proof: whoever is cut off between the two is completed by the repetition. What a telephone kept
without a signal is booked as the counter's devices are, by its own time: the tray is gone, so it is never refused for
what became known meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import checkin, orders, rounds, tables, welfare
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.http.current import house
from canteen.web import on_the_way, round_words, scan_words

_FIELDS = (
    "event_id", "event", "happened_at", "order", "trip", "code", "name", "helper_kind", "helper", "tender", "boxes",
    "meal", "courier", "note", "told_fen", "number",
)  # fmt: skip
_LONGEST = 400
_FEW = re.compile(r"\d{1,2}", re.ASCII)
_FEN = re.compile(r"\d{1,7}", re.ASCII)
_TENDERS = ("cash", "own_code", "tab")
Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Teller:
    """Say who tells: for which canteen, under which account; ``device`` where a telephone uploads by itself."""

    canteen_id: int
    staff_id: int
    staff_ref: str
    device: checkin.KnownDevice | None = None
    sent_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Return who it is in the books."""
        return f"staff:{self.staff_ref}"


def read(given: Any) -> dict[str, str]:
    """Return the fields of a message; every one is a short text, empty where it is missing."""
    known = given if hasattr(given, "get") else {}
    return {name: str(known.get(name) or "").strip()[:_LONGEST] for name in _FIELDS}


def note(sent: Sent, by: Teller, *, happened_at: datetime, at: datetime) -> str:
    """Note what happened at a door or on a trip, and return what to say; refusals as `rounds.note` has them."""
    happening = _happening(sent, happened_at)
    is_final = happening.event in rounds.FINAL
    with house().database.reading(EVERYWHERE) as session:
        held = held_of(session, sent, by, happened_at)
        if rounds.noted(session, event_id=happening.event_id) is not None:
            return _told(happening)
        rounds.check(happening, at=at)
        if by.device is not None and is_final and rounds.is_handed(session, order_ref=happening.order_ref):
            return str(round_words.words()["told"]["handed_before"])
        if is_final:
            _prove(session, held, sent, by, happened_at)
    more = _book(held, happening, sent, by, at) if is_final else ""
    with house().database.transaction(EVERYWHERE) as session:
        held = held_of(session, sent, by, happened_at)
        courier = _courier(session, held, sent, by)
        rounds.note(session, held, happening, courier=courier, actor=by.actor, at=at)
        _tell(session, held, happening, courier, by, at)
    return _told(happening) + more


def report(sent: Sent, by: Teller, *, at: datetime) -> str:
    """Tell the office of a problem at an address, and return what to say."""
    with house().database.transaction(EVERYWHERE) as session:
        rounds.report_problem(
            session, held_of(session, sent, by, at), event_id=sent["event_id"], order_ref=sent["order"],
            note=sent["note"], actor=by.actor, at=at,
        )  # fmt: skip
    return str(round_words.words()["told"]["problem"])


def held_of(session: Session, sent: Sent, by: Teller, at: datetime) -> rounds.Round:
    """Find the round that a message is about: that of its order, else the day's by the meal."""
    day, meal = clock.service_day(at), sent["meal"]
    if sent["order"]:
        order = orders.find(session, ref=sent["order"])
        if order.canteen_id != by.canteen_id:
            raise NotFound("orders.not_found", ref=sent["order"])
        day, meal = order.service_date, order.meal
    found = rounds.round_on(session, canteen_id=by.canteen_id, service_date=day, meal=meal)
    if found is None:
        raise NotFound("rounds.no_such_round")
    return found


def _tell(
    session: Session, held: rounds.Round, happening: rounds.Happening, courier: rounds.Courier | None, by: Teller,
    at: datetime,
) -> None:  # fmt: skip
    """Tell the family, and have somebody look where nobody opened; not of what was overtaken by the meal itself."""
    if happening.event == "no_answer":
        if rounds.is_handed(session, order_ref=happening.order_ref):
            return
        order = orders.find(session, ref=happening.order_ref)
        welfare.open_task(
            session, key=f"no_answer:{order.ref}", person_id=order.person_id, kind="no_answer",
            canteen_id=order.canteen_id, order_id=order.id, since=order.service_date, actor=by.actor, at=at,
        )  # fmt: skip
    on_the_way.tell(session, held, happening, courier=courier, at=at)


def _happening(sent: Sent, happened_at: datetime) -> rounds.Happening:
    if sent["event"] not in rounds.EVENTS:
        raise Invalid("rounds.bad_event")
    return rounds.Happening(
        event_id=sent["event_id"],
        event=sent["event"],
        happened_at=happened_at,
        order_ref=sent["order"],
        trip=_few(sent["trip"]),
        proof="" if sent["event"] != "handed" else "code" if sent["code"] else "name" if sent["name"] else "",
        helper_kind=sent["helper_kind"],
        helper=sent["helper"] if sent["event"] == "left_with_helper" else "",
        boxes=_few(sent["boxes"]) or 0,
    )


def _few(text: str) -> int | None:
    return int(text) if _FEW.fullmatch(text) else None


def _prove(session: Session, held: rounds.Round, sent: Sent, by: Teller, happened_at: datetime) -> None:
    """Refuse a card of somebody else, a name that is not the person's, an order given up, a clock a day off.

    Whether an order was given up counts only for what is told at once: what was kept happened before.
    """
    order = orders.find(session, ref=sent["order"])
    if (order.canteen_id, order.service_date, order.meal) != (held.canteen_id, held.service_date, held.meal):
        raise NotFound("orders.not_found", ref=sent["order"])
    if by.device is None and order.state in ("undeliverable", "no_show"):
        raise Refused("rounds.brought_back")
    if clock.service_day(happened_at) != order.service_date:
        raise Invalid("rounds.other_day")
    if sent["event"] != "handed":
        return
    if sent["code"] and _whose(session, sent["code"], happened_at) != order.person_id:
        raise Refused("rounds.other_persons_code")
    if not sent["code"] and not rounds.is_name_of(session, order_ref=order.ref, name=sent["name"]):
        raise Refused("rounds.name_differs")


def _whose(session: Session, code: str, happened_at: datetime) -> int | None:
    """Return whose card, code or number it was at that time; None where it was nobody's."""
    digits, keys = re.sub(r"\D", "", code), house().keys
    card, number, person = tables.checkin.Card, tables.checkin.TypedNumber, tables.seniors.Person
    try:
        if len(digits) == checkin.CARD_LENGTH:
            serial = checkin.read_card_code(keys, digits)
            valid = card.revoked_at.is_(None) | (card.revoked_at > happened_at)
            return session.scalar(select(card.person_id).where(card.serial == serial, valid))
        if len(digits) == checkin.PAGE_LENGTH:
            ref = checkin.read_page_code(keys, digits).person_ref
            return session.scalar(select(person.id).where(person.ref == ref))
    except checkin.ForgedCode:
        return None
    return session.scalar(select(number.person_id).where(number.number == digits, number.expires_at > happened_at))


def _book(held: rounds.Round, happening: rounds.Happening, sent: Sent, by: Teller, at: datetime) -> str:
    """Hand the meal over in the books, and return what to add to the answer; refuses what was not handed over."""
    tender = sent["tender"] if sent["tender"] in _TENDERS else ""
    tender = tender or ("tab" if happening.event == "left_with_helper" else "cash")
    if by.device is not None and by.sent_at is not None:
        return _settle(by.device, happening, sent, tender, by.sent_at, at)
    scan = checkin.ScanRequest(
        scan_id=happening.event_id, code=happening.order_ref, means="courier", device=f"courier-{by.staff_ref}",
        actor=by.actor, canteen_id=held.canteen_id, happened_at=happening.happened_at, received_at=at,
    )  # fmt: skip
    answer = checkin.redeem(house().database, house().keys, scan)
    if answer.redemption_ref is None or answer.verdict == "bad":
        told = scan_words.said(answer)
        raise Refused("rounds.not_handed", why="，".join(part for part in (told["word"], told["why"]) if part))
    if answer.collect_fen and tender != answer.tender:
        checkin.change_tender(
            house().database, redemption_ref=answer.redemption_ref, tender=tender, actor=by.actor, at=at
        )
    return f"　{scan_words.said(answer)['collect']}" if answer.collect_fen else ""


def _settle(
    device: checkin.KnownDevice, happening: rounds.Happening, sent: Sent, tender: str, sent_at: datetime, at: datetime
) -> str:
    """Book a meal that a telephone kept; the amount that the page asked for stands."""
    told_fen = int(sent["told_fen"]) if _FEN.fullmatch(sent["told_fen"]) else None
    kept = checkin.Report(
        scan_id=happening.event_id, number=int(sent["number"]) if _FEN.fullmatch(sent["number"]) else 0,
        code=happening.order_ref, means="courier", intent="serve", verdict="ok", reason=happening.event,
        told_fen=told_fen, tender=tender, staff=f"device:{device.ref}",
        happened_at=happening.happened_at - (at - sent_at), skew_ms=None,
    )  # fmt: skip
    with house().database.transaction(EVERYWHERE) as session:
        checkin.keep(session, device=device, reports=[kept], sent_at=sent_at, received_at=at)
    checkin.settle(house().database, house().keys, scan_ids=[kept.scan_id], at=at)
    return ""


def _told(happening: rounds.Happening) -> str:
    said = str(round_words.words()["told"][happening.event])
    return said.format(helper=round_words.label("helpers", happening.helper_kind), boxes=happening.boxes)


def _courier(session: Session, held: rounds.Round, sent: Sent, by: Teller) -> rounds.Courier | None:
    """Return who carries: the courier of the trip that is named, of the order, else of the account."""
    if sent["courier"]:
        return rounds.courier(session, ref=sent["courier"], canteen_id=held.canteen_id)
    number = held.published_version or 0
    for stop in rounds.stops(session, round_id=held.id, number=number) if sent["order"] else ():
        if stop.order_ref == sent["order"]:
            return rounds.courier(session, ref=stop.courier_ref, canteen_id=held.canteen_id)
    return rounds.courier_of(session, staff_id=by.staff_id, canteen_id=held.canteen_id, on=held.service_date)
