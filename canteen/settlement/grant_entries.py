"""Say which entries a grant to a canteen makes: receivable from each payer, income of the operator."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import ledger
from canteen.ledger import Draft, Leg
from canteen.places.tables import Canteen
from canteen.settlement.proposal_tables import AdjustmentProposal
from canteen.settlement.wording import WORDS

GRANT = "grant"


def drafts_of(session: Session, proposal: AdjustmentProposal) -> list[Draft]:
    """Return the entry of a grant; its evidence is the proposal with the trace of the rules."""
    grant = json.loads(proposal.after)
    legs: list[Leg] = []
    for _, funder, fen in proposal.purses:
        legs.append(Leg(ledger.SITE_RECEIVABLE, fen, funder))
        legs.append(Leg(ledger.OPERATOR_REVENUE, -fen, funder))
    if not legs:
        return []
    canteen_ref = session.scalar(select(Canteen.ref).where(Canteen.id == proposal.canteen_id))
    form = WORDS["memos"]["grant" if proposal.difference_fen >= 0 else "grant_taken_back"]
    memo = form.format(name=grant["name"], first=grant["first_day"], last=grant["last_day"])
    key = f"grant:{canteen_ref}:{proposal.subject}:{proposal.ref}"
    return [Draft(key, GRANT, proposal.service_date, tuple(legs), proposal.ref, None, memo)]
