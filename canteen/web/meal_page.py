"""Lay out one meal for whoever must account for it: price, purses, rules, facts, entries, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import orders, places, settlement, subsidy, tables
from canteen.foundation.clock import CHINA
from canteen.foundation.errors import NotFound
from canteen.foundation.secrecy import masked_name
from canteen.http import words as sayings
from canteen.subsidy import Quote, Step
from canteen.web.statement_page import embedding, words

_DEBITS = ("1001", "1012.", "1122.", "5401.")


def meal(session: Session, *, ref: str, leads_to_statement: bool) -> dict[str, Any]:
    """Return the context of a meal's page; ``settlement.no_such_meal`` out of scope."""
    found = session.scalars(select(tables.checkin.Redemption).where(tables.checkin.Redemption.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("settlement.no_such_meal", ref=ref)
    quote = Quote.from_json(found.trace)
    policy = subsidy.policy_as_published(session, found.policy_id)
    title_of = partial(subsidy.rule_title, policy, quote.version)
    postings = _postings(session, found)
    payers = _payers(session)
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
        "sentence": subsidy.spoken(quote),
        "parts": _parts(quote, payers),
        "rules": [_rule(quote, step, title_of) for step in quote.trace],
        "facts": _facts(quote.trace, title_of),
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


def _rule(quote: Quote, step: Step, title_of: Callable[[str], str]) -> dict[str, Any]:
    facts = "，".join(f"{name} {value}" for name, value in subsidy.facts_told(step))
    return {
        "name": title_of(step.rule),
        "outcome": "passed" if step.passed else "failed",
        "reason": facts,
        "document": " ".join(part for part in (quote.document, step.paragraph) if part),
        "document_href": None,
    }


def _facts(trace: Sequence[Step], title_of: Callable[[str], str]) -> list[dict[str, str]]:
    """List each fact that carried a rule, once, with the first rule that it carried."""
    said = words()["meal"]
    seen: dict[tuple[str, str], str] = {}
    for step in (one for one in trace if one.passed):
        for name, value in subsidy.facts_told(step):
            seen.setdefault((name, value), step.rule)
    return [
        {"label": name, "value": value, "source": said["from_rule"].format(rule=title_of(rule)), "valid": said["valid"]}
        for (name, value), rule in seen.items()
    ]


def _policy(session: Session, quote: Quote, policy_id: int | None, name: str) -> dict[str, Any]:
    published = tables.subsidy.PublishedPolicy
    digest = session.scalar(select(published.digest).where(published.id == policy_id))
    return {
        "name": " ".join(part for part in (name, quote.policy) if part),
        "version": words()["meal"]["version"].format(version=quote.version) if quote.version else "",
        "document": quote.document,
        "document_href": None,
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
    for number, event in enumerate(orders.events(session, order_id=found.order_id)):
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
