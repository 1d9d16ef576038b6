"""Say which entries put a meal right in the books.

An error of the same year is taken back whole and stated anew: the red voucher and the blue one (基础工作规范, article
51). An error of an earlier year gets one blue voucher with the difference alone. The date of the meal stays the date
of the entries; the month is the one that is open.

What the person paid at the counter stays where it was paid. Who paid too much is owed the rest, or has it taken off
the tab; what was given in good faith and is not due is carried as the policy says, by default never by the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from canteen import checkin, ledger
from canteen.foundation import money
from canteen.foundation.clock import CHINA
from canteen.ledger import Draft, Leg
from canteen.ledger.tables import JournalEntry, Posting
from canteen.settlement.gather import LEGS_OF_ENTRY
from canteen.settlement.wording import WORDS
from canteen.subsidy import Quote, Standing

Funders = Mapping[str, Mapping[str, tuple[str, str]]]
REVERSED, RESTATED = "correction_reversal", "correction"
OPERATOR_REVERSED, OPERATOR_RESTATED = "operator_reversal", "operator_correction"
CORRECTIONS = (REVERSED, RESTATED, OPERATOR_REVERSED, OPERATOR_RESTATED)
_CHAINS = {
    "meal": ("meal", REVERSED, RESTATED),
    "operator": ("operator", OPERATOR_REVERSED, OPERATOR_RESTATED),
}
_ENTRIES = (
    select(
        JournalEntry.seq,
        JournalEntry.posted_at,
        Posting.account,
        Posting.funder_code,
        Posting.person_ref,
        Posting.amount_fen,
    )
    .join(Posting, LEGS_OF_ENTRY)
    .where(
        JournalEntry.book_id == bindparam("book_id"),
        JournalEntry.evidence == bindparam("ref"),
        JournalEntry.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(Posting.seq, Posting.line)
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Hold a meal that is to be booked otherwise, and what should stand."""

    cause_id: int
    ref: str
    person_ref: str | None
    service_date: date
    paid_fen: int
    tender: str
    means: str
    book_id: int
    booked: Standing
    again: Quote
    moves_meal: bool
    moves_operator: bool
    borne_by: str


def drafts(connection: Connection, mistake: Mistake, funders: Funders, *, on: date) -> list[Draft]:
    """Return the entries that put a meal right on a day; none where the books hold it already."""
    made: list[Draft] = []
    if mistake.moves_meal:
        made += _chain(connection, mistake, "meal", _meal_legs(connection, mistake, funders), on)
    if mistake.moves_operator:
        made += _chain(connection, mistake, "operator", _operator_legs(mistake, funders), on)
    return made


def net(made: Sequence[Draft]) -> list[list[Any]]:
    """Add up entries by account and funder, the side that says who pays alone."""
    sums: dict[tuple[str, str], int] = {}
    for draft in made:
        for leg in draft.legs:
            if not leg.account.startswith("5") or leg.account in (ledger.DISCOUNT, ledger.FORGIVEN, _LOSS):
                key = leg.account, leg.funder_code or ""
                sums[key] = sums.get(key, 0) + leg.amount_fen
    return [[account, funder, fen] for (account, funder), fen in sorted(sums.items()) if fen]


_LOSS = ledger.CLAWBACK_LOSS


def _chain(connection: Connection, mistake: Mistake, chain: str, wanted: list[Leg], on: date) -> list[Draft]:
    """Take back what the chain of entries of a meal holds, and state what is wanted instead."""
    wanted_now = {"book_id": mistake.book_id, "ref": mistake.ref, "kinds": _CHAINS[chain]}
    rows = connection.execute(_ENTRIES, wanted_now).all()
    back = _merged([Leg(row.account, -row.amount_fen, row.funder_code, row.person_ref) for row in rows])
    new = _merged(wanted)
    last = rows[-1] if rows else None
    origin = str(rows[0].seq) if rows else f"{mistake.ref}:{chain}"
    key, words = f"corr:{mistake.cause_id}:{origin}", WORDS["memos"]
    named = words["voucher"].format(day=f"{last.posted_at.astimezone(CHINA):%Y-%m-%d}", seq=last.seq) if last else ""
    kinds = _CHAINS[chain][1:]
    if mistake.service_date.year != on.year:
        legs = _merged([*back, *new])
        memo = words["corrected"].format(voucher=named)
        return [_draft(f"{key}:new", kinds[1], mistake, legs, last, memo)] if legs else []
    both = [
        _draft(f"{key}:rev", kinds[0], mistake, back, last, words["reversed"].format(voucher=named)),
        _draft(f"{key}:new", kinds[1], mistake, new, last, words["restated"].format(voucher=named)),
    ]
    return [one for one in both if one.legs]


def _draft(key: str, kind: str, mistake: Mistake, legs: list[Leg], last: Any, memo: str) -> Draft:
    corrects = last.seq if last is not None else None
    return Draft(key, kind, mistake.service_date, tuple(legs), mistake.ref, corrects, memo)


def _merged(legs: Sequence[Leg]) -> list[Leg]:
    sums: dict[tuple[str, str | None, str | None], int] = {}
    for leg in legs:
        key = leg.account, leg.funder_code, leg.person_ref
        sums[key] = sums.get(key, 0) + leg.amount_fen
    return [Leg(account, fen, funder, person) for (account, funder, person), fen in sums.items() if fen]


def _meal_legs(connection: Connection, mistake: Mistake, funders: Funders) -> list[Leg]:
    quote, of = mistake.again, funders.get(mistake.again.policy, {})
    made = checkin.drafts_of(
        quote, ref=mistake.ref, person_ref=mistake.person_ref, tender=mistake.tender, means=mistake.means, funders=of
    )  # fmt: skip
    legs = [leg for draft in made if draft.kind == "meal" for leg in draft.legs]
    more = mistake.paid_fen - quote.own_fen
    if more == 0:
        return legs
    legs.append(Leg(checkin.account_of(mistake.tender, mistake.means), more, person_ref=mistake.person_ref))
    if more > 0:
        account = _owed_account(checkin.tender_of(connection, mistake.ref)[0])
        return [*legs, Leg(account, -more, person_ref=mistake.person_ref)]
    return [*legs, *_borne(mistake, -more, funders)]


def _owed_account(tender: str) -> str:
    """Return where a person's overpayment goes: off the tab, off what was forgiven, else it is owed."""
    return {"tab": ledger.TAB, "free": ledger.FORGIVEN}.get(tender, ledger.OWED)


def _borne(mistake: Mistake, fen: int, funders: Funders) -> list[Leg]:
    """Return who carries what was given in good faith."""
    parts = [(payer, part) for payer, part in (*mistake.booked.meal.split, *mistake.booked.meal.delivery_split) if part]
    if mistake.borne_by == "senior":
        return [Leg(ledger.TAB, fen, person_ref=mistake.person_ref)]
    if mistake.borne_by == "operator" or not parts:
        return [Leg(_LOSS, fen, person_ref=mistake.person_ref)]
    of = funders.get(mistake.booked.meal.policy, {})
    shares = money.share_once(fen, [part for _, part in parts])
    legs: list[Leg] = []
    for (payer, _), share in zip(parts, shares, strict=True):
        code = _carrier(payer, of, mistake.borne_by)
        legs.append(Leg(ledger.UNDUE_RECEIVABLE, share, code, mistake.person_ref))
        legs.append(Leg(ledger.SUBSIDY_REVENUE, -share, code, mistake.person_ref))
    return [*legs, Leg(ledger.OWN_REVENUE, fen, person_ref=mistake.person_ref)]


def _carrier(payer: str, of: Mapping[str, tuple[str, str]], borne_by: str) -> str:
    """Return the funder that carries a payer's part: itself, or for the government its first public budget."""
    code, account = of[payer]
    if borne_by != "government" or account == ledger.BUDGET_RECEIVABLE:
        return code
    budgets = sorted(other for other, kind in of.values() if kind == ledger.BUDGET_RECEIVABLE)
    return budgets[0] if budgets else code


def _operator_legs(mistake: Mistake, funders: Funders) -> list[Leg]:
    of = funders.get(mistake.again.policy, {})
    made = checkin.drafts_of(
        mistake.again, ref=mistake.ref, person_ref=mistake.person_ref, tender=mistake.tender, means=mistake.means,
        funders=of,
    )  # fmt: skip
    return [leg for draft in made if draft.kind == "operator" for leg in draft.legs]
