"""Enter the world of the demonstration: nation, canteens, staff, people; all through the usual verbs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from canteen import access, checkin, nation, places, seniors, subsidy
from canteen.demo.invented import Invented, words
from canteen.demo.menus import add_dishes
from canteen.demo.sites import Runner, Site, runners, sites
from canteen.foundation.references import with_check_digit

ACTOR = "demo"
_LONG_AGO = timedelta(days=700)
_OPENED_ON = date(2023, 3, 1)
_LIVES_SINCE = date(2001, 1, 1)


@cache
def accounts() -> dict[str, Any]:
    """Return the log-ins of the demonstration: ``password`` and ``accounts`` by username."""
    return tomllib.loads(Path(__file__).with_name("staff.toml").read_text(encoding="utf-8"))


def slip_code(slip: Mapping[str, str]) -> str:
    """Return the code of a slip that waits for a family."""
    return with_check_digit(slip["code_body"])


def scenes() -> list[str]:
    """Return the scenes of the slips that wait for families."""
    return [slip["scene"] for slip in words()["slips"]]


def enter_nation(session: Session, *, at: datetime) -> None:
    """Load regions, chart and calendar, and publish every policy that is shipped."""
    nation.load(session, at=at)
    for text in subsidy.shipped_texts():
        subsidy.publish(session, text=text, actor=ACTOR, at=at)


def enter_sites(session: Session, *, at: datetime) -> None:
    """Open the canteens with their hours, books and dishes."""
    operators = {
        runner.key: places.add_operator(
            session,
            name=runner.name,
            kind=runner.kind,
            region_code=runner.region,
            bank_name=runner.bank_name,
            bank_account=runner.bank_account,
            actor=ACTOR,
            at=at,
        ).id
        for runner in runners()
    }
    for runner in runners():
        _agree(session, runner, operators[runner.key], at)
    opened: dict[str, int] = {}
    for site in sites():
        opened[site.key] = _open(session, site, operators[site.operator], opened.get(site.supplied_by or ""), at)


def enter_staff(session: Session, *, canteens: dict[str, int], at: datetime) -> None:
    """Open one account for every role, and one for visitors that sees counter and books at once."""
    access.install(session, actor=ACTOR, at=at)
    for username, said in accounts()["accounts"].items():
        member = access.add(
            session, username=username, name=said["name"], password=accounts()["password"], actor=ACTOR, at=at
        )
        for place in (said, *said.get("also", ())):
            access.give(
                session,
                ref=member.ref,
                role=place["role"],
                region_code=place.get("region"),
                canteen_id=canteens.get(place.get("site", "")),
                actor=ACTOR,
                at=at,
            )


def enter_people(
    session: Session,
    keys: checkin.Keys,
    *,
    people: list[Invented],
    canteens: dict[str, int],
    registered_at: datetime,
    expires_on: date,
) -> None:
    """Register people with their facts and contacts; who has no telephone, and three of four who have, get a card."""
    for n, invented in enumerate(people):
        person = _register(session, invented, canteens[invented.site], registered_at)
        _state_facts(session, person.id, invented, registered_at, expires_on)
        _add_kin(session, person.id, invented, registered_at)
        if invented.diner != "public" and (not invented.phone or n % 4):
            checkin.issue_card(session, keys, person_id=person.id, actor=ACTOR, at=registered_at)


def enter_slips(session: Session, *, people: Sequence[Invented], person_ids: Sequence[int], at: datetime) -> None:
    """Leave slips for families, with scenes and codes that are known to everybody."""
    given: set[int] = set()
    for slip in words()["slips"]:
        lives_there = (n for n, one in enumerate(people) if _may_bind(one, slip["site"]) and n not in given)
        n = next(lives_there, None)
        if n is not None:
            given.add(n)
            seniors.keep_slip(
                session, person_id=person_ids[n], scene=slip["scene"], code=slip_code(slip), actor=ACTOR, at=at
            )


def _may_bind(one: Invented, site: str) -> bool:
    return one.site == site and one.diner == "senior" and not one.fate


def _agree(session: Session, runner: Runner, operator_id: int, at: datetime) -> None:
    known: dict[str, Any] = {
        "operator_id": operator_id,
        "evidence": runner.contract_number or "",
        "actor": ACTOR,
        "at": at,
    }
    if runner.contract_number:
        places.agree_contract(
            session, number=runner.contract_number, valid_from=_OPENED_ON, valid_until=runner.contract_until, **known
        )
    if runner.price_ceiling_fen:
        places.set_ceiling(session, price_fen=runner.price_ceiling_fen, valid_from=_OPENED_ON, **known)


def _open(session: Session, site: Site, operator_id: int, supplied_by_id: int | None, at: datetime) -> int:
    canteen = places.open_canteen(
        session,
        name=site.name,
        operator_id=operator_id,
        region_code=site.region,
        address=site.address,
        phone=site.phone,
        opened_on=_OPENED_ON,
        actor=ACTOR,
        at=at,
        kind=site.kind,
        aliases=site.aliases,
        default_tender=site.default_tender,
        supplied_by_id=supplied_by_id,
    )
    for meal, terms in site.terms.items():
        places.set_service(session, canteen_id=canteen.id, meal=meal, terms=terms, actor=ACTOR, at=at)
    add_dishes(session, canteen_id=canteen.id, site=site)
    return canteen.id


def _register(session: Session, invented: Invented, home_canteen_id: int, at: datetime) -> seniors.Person:
    return seniors.register(
        session,
        name=invented.name,
        document=seniors.read_document(invented.number) if invented.number else None,
        region_code=invented.region,
        hukou_code=invented.hukou,
        diner=invented.diner,
        birth_on=invented.birth_on,
        sex=invented.sex,
        phone=invented.phone,
        address=invented.address,
        home_canteen_id=home_canteen_id,
        diet=invented.diet,
        allergies=invented.allergies,
        lives_since=max(_LIVES_SINCE, invented.birth_on),
        evidence=words()["words"]["evidence"],
        source="demo",
        actor=ACTOR,
        at=at,
    )


def _state_facts(session: Session, person_id: int, invented: Invented, at: datetime, expires_on: date) -> None:
    stated = [("category", value) for value in invented.categories]
    if invented.housing:
        stated.append(("housing", invented.housing))
    for kind, value in stated:
        seniors.add_fact(
            session,
            person_id=person_id,
            kind=kind,
            value=value,
            valid_from=(at - _LONG_AGO).date(),
            valid_until=expires_on if invented.fate == "expires" else None,
            evidence=words()["words"]["evidence"],
            source="demo",
            actor=ACTOR,
            at=at,
        )


def _add_kin(session: Session, person_id: int, invented: Invented, at: datetime) -> None:
    if invented.kin is None:
        return
    relation, name, phone = invented.kin
    kind = {words()["words"]["guardian"]: "guardian", "邻居": "neighbour"}.get(relation, "kin")
    seniors.add_contact(
        session,
        person_id=person_id,
        kind=kind,
        name=name,
        phone=phone,
        relation=relation,
        is_emergency=True,
        actor=ACTOR,
        at=at,
    )
