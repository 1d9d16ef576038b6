"""Publish policies: their text is checked, kept for ever with its digest, and their payers become funders.

A changed text is a new publication that supersedes the one before; meals priced under the old one keep pointing to it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.policy import Policy
from canteen.subsidy.published import funder_code
from canteen.subsidy.shelf import shipped_register
from canteen.subsidy.tables import PublishedPolicy

_KINDS = (
    ("福彩", "lottery_fund"),
    ("慈善", "charity"),
    ("捐", "charity"),
    ("村", "collective"),
    ("集体", "collective"),
)


def publish(session: Session, *, text: str, actor: str, at: datetime) -> PublishedPolicy:
    """Publish the text of a policy and return its row; the same text again returns the row it has.

    Invalid ``subsidy.policy_misread`` with every problem, its line and a way to mend it.
    """
    policy = read_policy(text, "policy", shipped_register())
    digest = hashlib.sha256(text.encode()).hexdigest()
    standing = _standing(session, policy.id)
    if standing is not None and standing.digest == digest:
        return standing
    row = PublishedPolicy(
        code=policy.id,
        region_code=places.padded(policy.region),
        text=text,
        digest=digest,
        document=policy.versions[-1].document,
        published_at=at,
        published_by=actor,
        supersedes_id=None if standing is None else standing.id,
    )
    session.add(row)
    session.flush()
    _register_funders(session, policy)
    audit.record(
        session, chain=f"region:{policy.region}", at=at, actor=actor, action="policy.publish", subject=policy.id,
        digest=digest,
    )  # fmt: skip
    return row


def published_texts(session: Session) -> dict[str, str]:
    """Return the texts of the policies that stand, by their ids."""
    later = select(PublishedPolicy.supersedes_id).where(PublishedPolicy.supersedes_id.is_not(None))
    rows = session.execute(select(PublishedPolicy.code, PublishedPolicy.text).where(PublishedPolicy.id.not_in(later)))
    return {row.code: row.text for row in rows}


def _standing(session: Session, code: str) -> PublishedPolicy | None:
    later = select(PublishedPolicy.supersedes_id).where(PublishedPolicy.supersedes_id.is_not(None))
    return session.scalars(
        select(PublishedPolicy).where(PublishedPolicy.code == code, PublishedPolicy.id.not_in(later))
    ).one_or_none()


def _register_funders(session: Session, policy: Policy) -> None:
    names = {payer: name for version in policy.versions for payer, name in version.payers.items()}
    for payer, name in names.items():
        kind = next((kind for word, kind in _KINDS if word in name), "public_budget")
        ledger.ensure_funder(
            session, code=funder_code(policy, payer), name=name, kind=kind, region_code=places.padded(policy.region)
        )
