"""Lay out one meal for whoever must account for it: price, purses, rules, facts, entries, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import orders, places, settlement, subsidy, tables
from canteen.foundation.clock import CHINA
from canteen.foundation.errors import NotFound
from canteen.foundation.secrecy import masked_name
from canteen.http import words as sayings
from canteen.http.auth import actor
from canteen.subsidy import Quote
from canteen.web import trace_page
from canteen.web.statement_page import embedding, words

_DEBITS = ("1001", "1012.", "1122.", "1221.01", "5401.")


def meal(session: Session, *, ref: str, leads_to_statement: bool) -> dict[str, Any]:
    """Return the context of a meal's page; ``settlement.no_such_meal`` out of scope."""
    found = session.scalars(select(tables.checkin.Redemption).where(tables.checkin.Redemption.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("settlement.no_such_meal", ref=ref)
    quote = Quote.from_json(found.trace)
    policy = trace_page.policy_of(session, found.policy_id)
    version = trace_page.version_of(policy, quote)
    postings, payers = _postings(session, found), _payers(session)
    said = words()["meal"]
    canteen = places.canteen_by_id(session, canteen_id=found.canteen_id)
    shown = sayings.value("meal", found.meal)
    return {
        "embed": bool(embedding()),
        "crumbs": _crumbs(canteen.ref, found, leads_to_statement),
        "title": said["title"].format(ref=ref, meal=shown),
        "subtitle": said["subtitle"].format(
            name=_diner(session, found.person_id), day=sayings.value("", found.service_date), canteen=canteen.name
        ),
        "sentence": "".join(subsidy.why(quote)[:-1]),
        "parts": _parts(quote, payers),
        "rules": [trace_page.rule(quote, version, step) for step in quote.trace],
        "counters": trace_page.counters(quote, version),
        "facts": trace_page.facts(session, found, quote, version),
        "policy": _policy(session, quote, found.policy_id, policy.name if policy else ""),
        "postings": [_posting(row) for row in postings],
        "timeline": _timeline(session, found),
        "recompute": _agreement(quote, postings),
    }


def _crumbs(canteen_ref: str, found: Any, leads_to_statement: bool) -> list[dict[str, Any]]:
    month = settlement.month_of(found.service_date)
    href = url_for("web.statement", canteen_ref=canteen_ref, month=month) if leads_to_statement else None
    return [{"label": settlement.month_name(month), "href": href}, {"label": found.ref, "href": None}]


def _diner(session: Session, person_id: int | None) -> str:
    """Return the masked name of whoever ate here, also of a guest from a region out of scope."""
    if person_id is None:
        return str(words()["meal"]["guest"])
    order = tables.orders.Order
    meal_of = tables.checkin.Redemption
    name = session.scalar(
        select(order.diner_masked).join(meal_of, meal_of.order_id == order.id).where(meal_of.person_id == person_id)
    )
    return masked_name("") if name is None else name


def _payers(session: Session) -> dict[str, str]:
    funder = tables.ledger.Funder
    return {row.code: row.name for row in session.execute(select(funder.code, funder.name))}


def _named(payers: Mapping[str, str], payer: str) -> str:
    return next((name for code, name in payers.items() if code.rpartition(":")[2] == payer), payer)


def _parts(quote: Quote, payers: Mapping[str, str]) -> list[dict[str, Any]]:
    said = words()["meal"]
    parts = [(said["price"], quote.price_fen), (said["fee"], quote.delivery_fee_fen)]
    parts += [(_named(payers, payer), fen) for payer, fen in quote.split]
    parts += [(said["delivery"].format(name=_named(payers, payer)), fen) for payer, fen in quote.delivery_split]
    parts.append((said["discount"], quote.discount_fen))
    shown = [{"label": label, "fen": fen} for label, fen in parts if fen]
    shown.append({"label": said["own"], "fen": quote.own_fen})
    operator = [(said["operator"].format(name=_named(payers, payer)), fen) for payer, fen in quote.operator_split]
    return shown + [{"label": label, "fen": fen} for label, fen in operator if fen]


def _policy(session: Session, quote: Quote, policy_id: int | None, name: str) -> dict[str, Any]:
    published = tables.subsidy.PublishedPolicy
    digest = session.scalar(select(published.digest).where(published.id == policy_id))
    return {
        "name": " ".join(part for part in (name, quote.policy) if part),
        "version": words()["meal"]["version"].format(version=quote.version) if quote.version else "",
        "document": quote.document,
        "document_href": url_for("web.policy", code=quote.policy) if digest and actor().may("policies.read") else None,
        "hash": digest or "",
    }


def _postings(session: Session, found: Any) -> Sequence[Any]:
    book, posting, account, funder = (
        tables.ledger.Book, tables.ledger.Posting, tables.ledger.Account, tables.ledger.Funder,
    )  # fmt: skip
    return session.execute(
        select(posting.seq, posting.account, posting.amount_fen, account.name, funder.name.label("funder"))
        .join(book, book.id == posting.book_id)
        .join(account, account.code == posting.account)
        .outerjoin(funder, funder.code == posting.funder_code)
        .where(book.canteen_id == found.canteen_id, posting.evidence == found.ref)
        .order_by(posting.seq, posting.line)
    ).all()


def _posting(row: Any) -> dict[str, Any]:
    name = f"{row.account} {row.name}" + (f"（{row.funder}）" if row.funder else "")
    return {
        "account": name,
        "debit_fen": row.amount_fen if row.amount_fen > 0 else None,
        "credit_fen": -row.amount_fen if row.amount_fen < 0 else None,
        "entry": words()["meal"]["entry"].format(number=row.seq),
    }


def _agreement(quote: Quote, postings: Sequence[Any]) -> dict[str, Any] | None:
    """Compare the kept calculation with what was debited for the meal when it was served."""
    if not postings:
        return None
    entries = sorted({row.seq for row in postings})[: 2 if quote.operator_fen else 1]
    debited = sum(row.amount_fen for row in postings if row.seq in entries and row.account.startswith(_DEBITS))
    due = quote.subsidy_fen + quote.delivery_subsidy_fen + quote.discount_fen + quote.own_fen + quote.operator_fen
    agrees = debited == due
    return {"ok": agrees, "text": words()["meal"]["agrees" if agrees else "differs"]}


def _timeline(session: Session, found: Any) -> list[dict[str, str]]:
    said, channels = words()["meal"], words()["channels"]
    happened: list[tuple[datetime, str, str]] = []
    events = orders.events(session, order_id=found.order_id) if found.order_id is not None else ()
    for number, event in enumerate(events):
        channel = channels.get(event.channel, event.channel)
        state = sayings.value("state", event.state)
        what = said["state" if number else "ordered"].format(state=state, channel=channel)
        happened.append((event.at, what, channel))
    means = settlement.said("means", found.means)
    happened.append((found.happened_at, said["taken"].format(means=means), channels["staff"]))
    undo = session.get(tables.checkin.RedemptionUndo, found.ref)
    if undo is not None:
        happened.append((undo.at, said["undone"], channels["staff"]))
    change = tables.checkin.TenderChange
    for one in session.scalars(select(change).where(change.redemption_ref == found.ref).order_by(change.ordinal)):
        what = said["tender"].format(tender=settlement.said("tenders", one.tender))
        happened.append((one.at, what, channels["staff"]))
    return [
        {"at": f"{at.astimezone(CHINA):%m-%d %H:%M:%S}", "what": what, "who": who}
        for at, what, who in sorted(happened, key=lambda one: one[0])
    ]
