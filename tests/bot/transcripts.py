"""Replay the talks of docs/transcripts.md through the webhook, and write them down with what they did.

A talk is a heading and lines such as ``> **王秀英** 订什么``; a line ``> *9:31*`` moves the clock. Everything else in a
talk is written by the replay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from canteen import orders, seniors, standing, tickets
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.money import spoken_yuan
from tests import builders
from tests.bot.conftest import MORNING, Village
from tests.bot.wire import Phone, message
from tests.builders import MONDAY, at

_HEADING = re.compile(r"^## (.+)$", re.M)
_LINE = re.compile(r"^> (?:\*\*(?P<who>.+?)\*\* (?P<said>.+)|\*(?P<hour>\d+):(?P<minute>\d\d)\*)$", re.M)
_CODE = re.compile(r"\d{4} \d{4}|/m/[\w-]+")
_numbers = count(1)


@dataclass
class Stage:
    """Hold the canteen in which the talks take place, and how to move its clock."""

    database: Database
    village: Village
    phone: Phone
    show_time: Callable[[datetime], None]


@dataclass
class Talk:
    """Hold one talk: a person of its own, with a telephone, and a daughter's where she speaks."""

    stage: Stage
    person_id: int
    phones: dict[str, Phone]
    known: tuple[Any, ...] = ()


def written(text: str, stage: Stage) -> str:
    """Return the document with every answer and every effect written anew."""
    head, *parts = _HEADING.split(text)
    talks = zip(parts[::2], parts[1::2], strict=True)
    return head + "\n".join(f"## {title}\n\n{_replayed(body, stage)}" for title, body in talks)


def _replayed(body: str, stage: Stage) -> str:
    stage.show_time(MORNING)
    about = body[: body.index("\n> ")].strip()
    talk = _begun(stage, body)
    lines = [about, ""] if about else []
    for line in _LINE.finditer(body):
        lines += [line[0], "", *_answered(talk, line)]
    return "\n".join(lines).rstrip() + "\n"


def _begun(stage: Stage, body: str) -> Talk:
    number = next(_numbers)
    with stage.database.transaction(EVERYWHERE) as session:
        person_id = builders.a_senior(session, name="王秀英")
        seniors.person_by_id(session, person_id=person_id).home_canteen_id = stage.village.canteen_id
    phones = {}
    for who, relation in (("王秀英", "1"), ("女儿", "2")):
        if f"**{who}**" in body:
            phones[who] = _bound(stage, person_id, f"o-{number}-{relation}", relation)
    talk = Talk(stage, person_id, phones)
    talk.known = _snapshot(talk)
    return talk


def _bound(stage: Stage, person_id: int, openid: str, relation: str) -> Phone:
    with stage.database.transaction(EVERYWHERE) as session:
        slip = seniors.issue_slip(session, person_id=person_id, actor="staff:test", at=MORNING)
    phone = replace(stage.phone, openid=openid, taps={})
    phone.event("subscribe", f"qrscene_{slip.scene}")
    phone.says(relation)
    return phone


def _answered(talk: Talk, line: re.Match[str]) -> Iterator[str]:
    if line["hour"]:
        talk.stage.show_time(at(MONDAY, int(line["hour"]), int(line["minute"])))
        return
    answer = _said(talk.phones[line["who"]], line["said"])
    yield from (f"    {part}" for part in _CODE.sub("…", answer).splitlines())
    yield ""
    after = _snapshot(talk)
    for effect in [one for one in after if one not in talk.known]:
        yield f"*{effect}*"
        yield ""
    talk.known = after


def _said(phone: Phone, said: str) -> str:
    if said == "〔图片〕":
        return phone.deliver(message(phone.openid, "image", PicUrl="x", MediaId="m"))
    if said == "〔位置〕":
        return phone.deliver(message(phone.openid, "location", Location_X="22.549", Location_Y="114.05", Label="x"))
    if said.startswith("〔语音〕"):
        return phone.speaks(said.removeprefix("〔语音〕").strip())
    return phone.says(said)


def _snapshot(talk: Talk) -> tuple[str, ...]:
    """Say what stands in the tables: the orders of the person, the register, the tickets."""
    with talk.stage.database.reading(EVERYWHERE) as session:
        wanted = select(orders.Order).where(orders.Order.person_id == talk.person_id).order_by(orders.Order.id)
        found = [_order(one) for one in session.scalars(wanted)]
        person = seniors.person_by_id(session, person_id=talk.person_id)
        found += [f"persons: diet {'、'.join(person.diet)}"] if person.diet else []
        found += [f"persons: allergies {'、'.join(person.allergies)}"] if person.allergies else []
        stands = standing.of_people(session, person_ids=[talk.person_id], on=MONDAY)
        found += [
            f"standing_orders: {one.meal} on {one.weekdays}, {one.dishes}, falls back on {one.fallback}, "
            f"without holidays: {one.skips_holidays}"
            for one in stands
        ]
        spans = standing.paused(session, person_ids=[talk.person_id])
        found += [f"standing_pauses: {one.first_on} to {one.until_on}" for one in spans.get(talk.person_id, ())]
        mine = select(tickets.Ticket).where(tickets.Ticket.person_id == talk.person_id).order_by(tickets.Ticket.id)
        found += [f"help_tickets: {one.kind}, number {n}" for n, one in enumerate(session.scalars(mine), 1)]
    return tuple(found)


def _order(order: orders.Order) -> str:
    flags = f", {'、'.join(order.flags)}" if order.flags else ""
    own = spoken_yuan(order.own_fen)
    return (
        f"orders: {order.state}, {order.service_date} {order.meal} {order.dishes}, {order.mode}{flags}, own share {own}"
    )
