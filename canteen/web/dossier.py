"""Lay out all that is known of one person for the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places, seniors, tables
from canteen.foundation import clock
from canteen.http.auth import actor, scope_for
from canteen.web import eaten, office
from canteen.web.people import age

_TONES = {"holds": "ok", "later": "info", "ended": "", "superseded": "", "withdrawn": ""}


def of(
    session: Session, found: seniors.Person, *, opened: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, Any]:
    """Return the context of the page; ``opened`` holds numbers to be shown in full, ``typed`` a form to be mended."""
    may_edit, today = actor().may("people.edit"), clock.today()
    history = seniors.history_of(session, person_id=found.id)
    return {
        "person": _person(session, found, opened, today),
        "notices": _notices(history, today),
        "facts": [_fact(session, fact, number, history, today) for number, fact in enumerate(history, 1)][::-1],
        "contacts": [_contact(contact, opened) for contact in seniors.contacts_of(session, person_id=found.id)],
        "accounts": _accounts(session, found),
        "consents": _consents(session, found),
        "cards": _cards(session, found),
        "orders": eaten.of(session, found) if actor().may("orders.read") or actor().may("meals.read") else None,
        "links": _links(found),
        "slip_action": url_for("web.slip", ref=found.ref) if actor().may("people.cards") else None,
        "acts": _acts(found.ref) if may_edit else None,
        "open_action": url_for("web.open_number", ref=found.ref),
        "open_contact_action": url_for("web.open_contact", ref=found.ref),
        "typed": typed,
    }


def categories() -> dict[str, str]:
    """Return the names of the categories by their codes."""
    return {code: kind.name for code, kind in office.register().kinds.items()}


def _person(session: Session, found: seniors.Person, opened: Mapping[str, str], today: date) -> dict[str, Any]:
    shown, words = seniors.view(found), office.words()
    home = found.home_canteen_id
    return {
        "name": found.name,
        "reference": found.ref,
        "document_kind": office.label("documents", found.document_kind),
        "document": opened.get("document") or shown.document,
        "phone": opened.get("phone") or shown.phone or words["unknown"],
        "address": opened.get("address"),
        "hidden": [
            what
            for what, held in (("document", shown.document), ("phone", shown.phone), ("address", found.address_sealed))
            if held and what not in opened
        ],
        "age": words["person"]["age"].format(age=age(found.birth_on, today)) if found.birth_on else words["unknown"],
        "sex": office.label("sex", found.sex) if found.sex else words["unknown"],
        "diner": office.label("diners", found.diner),
        "community": place_name(session, found.region_code),
        "canteen": words["unknown"] if home is None else places.canteen_by_id(session, canteen_id=home).name,
        "diet": list(found.diet),
        "allergy": words["many"].join(found.allergies) or None,
    }


def place_name(session: Session, code: str) -> str:
    """Name a place with the places around it."""
    return "".join(places.region_path(session, code).values())


def _notices(history: Any, today: date) -> list[str]:
    gone = {fact.supersedes_id for fact in history}
    return [
        office.words()["person"][fact.kind].format(day=fact.valid_from)
        for fact in history
        if fact.kind in ("death", "exit") and not fact.withdrawn and fact.id not in gone and seniors.holds(fact, today)
    ]


def _fact(session: Session, fact: seniors.Fact, number: int, history: Any, today: date) -> dict[str, Any]:
    state = _state(fact, {later.supersedes_id for later in history}, today)
    source, _, rest = fact.source.partition(":")
    return {
        "number": number,
        "label": office.label("facts", fact.kind),
        "value": value(session, fact),
        "valid": office.validity(fact.valid_from, fact.valid_until),
        "status": office.label("fact_states", state),
        "tone": _TONES[state],
        "is_struck": state in {"superseded", "withdrawn"},
        "evidence": fact.evidence,
        "source": office.label("sources", source) + (f" {rest[:8]}" if rest else ""),
        "entered": fact.entered_at.astimezone(clock.CHINA).date().isoformat(),
    }


def value(session: Session, fact: seniors.Fact) -> str:
    """Say what a fact states."""
    if fact.kind == "category":
        return office.category(fact.value)
    if fact.kind in {"residence", "hukou", "permit"}:
        return place_name(session, fact.value)
    return office.label("housing", fact.value) if fact.kind == "housing" else fact.value


def _state(fact: seniors.Fact, superseded: set[int | None], today: date) -> str:
    if fact.withdrawn:
        return "withdrawn"
    if fact.id in superseded:
        return "superseded"
    if seniors.holds(fact, today):
        return "holds"
    return "later" if fact.valid_from > today else "ended"


def _contact(contact: seniors.ContactView, opened: Mapping[str, str]) -> dict[str, Any]:
    number = opened.get(f"contact:{contact.contact_id}")
    return {
        "key": contact.contact_id,
        "name": contact.name,
        "relation": contact.relation or office.label("contacts", contact.kind),
        "phone": number or contact.phone,
        "is_open": number is not None,
        "is_emergency": contact.is_emergency,
    }


def _accounts(session: Session, found: seniors.Person) -> list[dict[str, str]]:
    links = tables.seniors.FamilyLink
    wanted = select(links).where(links.person_id == found.id, links.ended_at.is_(None)).order_by(links.id)
    words = office.words()["accounts"]
    return [
        {
            "account": link.account,
            "label": words.get(link.account.partition(":")[0], words["other"]),
            "note": words["since"].format(
                relation=link.relation or office.words()["unknown"],
                day=link.began_at.astimezone(clock.CHINA).date().isoformat(),
            ),
        }
        for link in session.scalars(wanted)
    ]


def _consents(session: Session, found: seniors.Person) -> list[dict[str, str]]:
    return [
        {
            "kind": consent.kind,
            "label": office.label("consents", consent.kind),
            "version": consent.text_version,
            "given": consent.given_at.astimezone(clock.CHINA).date().isoformat(),
        }
        for consent in seniors.consents_of(session, person_id=found.id)
    ]


def _cards(session: Session, found: seniors.Person) -> list[dict[str, str | None]]:
    may_revoke = actor().may("people.cards")
    card, words = tables.checkin.Card, office.words()["person"]
    wanted = select(card).where(card.person_id == found.id).order_by(card.serial.desc())
    return [
        {
            "serial": held.ref,
            "issued": words["card"].format(day=held.issued_at.astimezone(clock.CHINA).date().isoformat()),
            "state": words["card_live" if held.revoked_at is None else "card_revoked"],
            "tone": "ok" if held.revoked_at is None else "",
            "revoke": url_for("web.revoke_card", ref=held.ref) if may_revoke and held.revoked_at is None else None,
        }
        for held in session.scalars(wanted)
    ]


def _may_order_for(found: seniors.Person) -> bool:
    """Tell whether the asker may order for the person, which may reach less far than reading does."""
    scope = scope_for("orders.place")
    if scope is None or found.merged_into_id is not None:
        return False
    return scope.everywhere or found.region_code.startswith(tuple(scope.region_prefixes))


def _links(found: seniors.Person) -> list[dict[str, str]]:
    words = office.words()["person"]
    links = []
    if _may_order_for(found):
        links.append({"label": words["order"], "href": url_for("web.orders_for", ref=found.ref)})
        links.append({"label": words["standing"], "href": url_for("web.standing_of", ref=found.ref)})
    if actor().may("people.cards"):
        links.append({"label": words["cards"], "href": url_for("web.cards", q=found.name)})
    if actor().may("people.edit"):
        links.append({"label": words["change"], "href": url_for("web.person_to_change", ref=found.ref)})
        links.append({"label": words["apply"], "href": url_for("web.new_application", ref=found.ref)})
        links.append({"label": words["merge"], "href": url_for("web.merge_page", ref=found.ref)})
    return links


def _acts(ref: str) -> dict[str, Any]:
    ways = ("add_fact", "add_contact", "end_contact", "unbind", "give_consent", "withdraw_consent")
    return {
        **{way: url_for(f"web.{way}", ref=ref) for way in ways},
        "facts": url_for("web.add_fact", ref=ref),
        "kinds": office.options("facts"),
        "categories": list(categories().items()),
        "housing": office.options("housing"),
        "contact_kinds": office.options("contacts"),
        "consent_kinds": office.options("consents"),
    }
