"""Say which legs a served meal posts: the price in full, and who pays which part of it.

Revenue is always the full price; the split of who pays is legs beside it. The operator's discount is a contra
account, never a receivable, so that it can never be claimed by accident. Money to the operator for the meal is an
entry of its own, so that a later refusal is separable. Pure: a quote goes in, drafts come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from canteen import ledger
from canteen.foundation.errors import Invalid
from canteen.subsidy import Quote

TENDER_ACCOUNTS = {
    "cash": ledger.TILL,
    "own_code": ledger.OWN_CODE_CLEARING,
    "tab": ledger.TAB,
    "free": ledger.FORGIVEN,
}


def meal_key(ref: str) -> str:
    """Return the key of the entry of a served meal."""
    return f"redeem:{ref}"


def operator_key(ref: str) -> str:
    """Return the key of the entry of the operator's money for a served meal."""
    return f"redeem:{ref}:operator"


def told_key(ref: str) -> str:
    """Return the key of the entry of what was told offline and is not asked for afterwards."""
    return f"told:{ref}"


def told_draft(
    *, ref: str, person_ref: str | None, tender: str, means: str, told_fen: int, own_fen: int, service_date: date
) -> ledger.Draft | None:
    """Return the draft that keeps to the amount told without network; None where it was right.

    What was told too little is let off, never asked for afterwards; what was told too much is owed to her.
    """
    difference = told_fen - own_fen
    if not difference:
        return None
    other = ledger.OWED if difference > 0 else ledger.FORGIVEN
    legs = (
        ledger.Leg(account_of(tender, means), difference, person_ref=person_ref),
        ledger.Leg(other, -difference, person_ref=person_ref),
    )
    return ledger.Draft(told_key(ref), "told", service_date, legs, evidence=ref)


def drafts_of(
    quote: Quote, *, ref: str, person_ref: str | None, tender: str, means: str, funders: Mapping[str, tuple[str, str]]
) -> list[ledger.Draft]:
    """Return the drafts that a meal posts: one balanced entry, and one for the operator's money where there is any.

    ``funders`` gives for each payer of the policy the funder's code and its receivable account. A meal that costs
    nobody anything posts nothing.
    """
    drafts = []
    legs = _meal_legs(quote, person_ref, account_of(tender, means), funders)
    if legs:
        drafts.append(ledger.Draft(meal_key(ref), "meal", quote.service_date, legs, evidence=ref))
    if quote.operator_fen:
        operator = _operator_legs(quote, funders)
        drafts.append(ledger.Draft(operator_key(ref), "operator", quote.service_date, operator, evidence=ref))
    return drafts


def tender_draft(
    quote: Quote, *, ref: str, person_ref: str | None, old: str, new: str, means: str, ordinal: int
) -> ledger.Draft | None:
    """Return the draft that moves an own share from one way of paying to another; None where nothing was paid."""
    if not quote.own_fen:
        return None
    legs = (
        ledger.Leg(account_of(new, means), quote.own_fen, person_ref=person_ref),
        ledger.Leg(account_of(old, means), -quote.own_fen, person_ref=person_ref),
    )
    return ledger.Draft(f"tender:{ref}:{ordinal}", "tender", quote.service_date, legs, evidence=ref)


def account_of(tender: str, means: str = "") -> str:
    """Return the account of a way of paying; ``checkin.unknown_tender`` where there is none.

    Cash that a courier took at a door is the courier's to hand in; until then it lies in no till.
    """
    if tender not in TENDER_ACCOUNTS:
        raise Invalid("checkin.unknown_tender", tender=tender)
    if tender == "cash" and means == "courier":
        return ledger.COURIER_CASH
    return TENDER_ACCOUNTS[tender]


def _meal_legs(
    quote: Quote, person_ref: str | None, paid_into: str, funders: Mapping[str, tuple[str, str]]
) -> tuple[ledger.Leg, ...]:
    own_of_meal = quote.price_fen - quote.subsidy_fen - quote.discount_fen
    legs = [ledger.Leg(paid_into, quote.own_fen, person_ref=person_ref)]
    legs += [ledger.Leg(funders[payer][1], fen, funders[payer][0], person_ref) for payer, fen in quote.split]
    legs += [
        ledger.Leg(ledger.DELIVERY_RECEIVABLE, fen, funders[payer][0], person_ref)
        for payer, fen in quote.delivery_split
    ]
    legs.append(ledger.Leg(ledger.DISCOUNT, quote.discount_fen, person_ref=person_ref))
    legs.append(ledger.Leg(ledger.OWN_REVENUE, -own_of_meal, person_ref=person_ref))
    legs += [ledger.Leg(ledger.SUBSIDY_REVENUE, -fen, funders[payer][0], person_ref) for payer, fen in quote.split]
    legs.append(ledger.Leg(ledger.LET_OFF_REVENUE, -quote.discount_fen, person_ref=person_ref))
    legs.append(ledger.Leg(ledger.DELIVERY_REVENUE, -quote.delivery_fee_fen, person_ref=person_ref))
    return tuple(leg for leg in legs if leg.amount_fen)


def _operator_legs(quote: Quote, funders: Mapping[str, tuple[str, str]]) -> tuple[ledger.Leg, ...]:
    legs: list[ledger.Leg] = []
    for payer, fen in quote.operator_split:
        code = funders[payer][0]
        legs.append(ledger.Leg(ledger.OPERATOR_RECEIVABLE, fen, code))
        legs.append(ledger.Leg(ledger.OPERATOR_REVENUE, -fen, code))
    return tuple(leg for leg in legs if leg.amount_fen)
