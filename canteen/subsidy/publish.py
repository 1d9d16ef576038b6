"""Publish policies: their text is checked, kept for ever with its digest, and their payers become funders.

A changed text is a new publication that supersedes the one before; meals priced under the old one keep pointing to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places
from canteen.foundation.errors import Invalid, Refused
from canteen.subsidy.categories import dated_register
from canteen.subsidy.checked import Above, Around, check, named_in
from canteen.subsidy.language.marked import Problem
from canteen.subsidy.policy import Policy
from canteen.subsidy.published import funder_code, read_calendar
from canteen.subsidy.shelf import floors_in
from canteen.subsidy.tables import PublishedPolicy

_KINDS = (
    ("福彩", "lottery_fund"),
    ("慈善", "charity"),
    ("捐", "charity"),
    ("村", "collective"),
    ("集体", "collective"),
)
_FLOOR_CODES = ("under_floor", "over_ceiling", "floor_not_named", "unknown_floor")


def publish(session: Session, *, text: str, actor: str, at: datetime, region_code: str = "") -> PublishedPolicy:
    """Publish the text of a policy and return its row; the same text again returns the row it has.

    Invalid ``subsidy.policy_misread`` with every problem, its line and a way to mend it; refuses
    ``subsidy.policy_elsewhere`` where another region has a policy of that name.
    """
    checked = check(text, around(session, region_code or _region_of(text)), "policy")
    if checked.policy is None or checked.problems:
        raise Invalid("subsidy.policy_misread", problems=checked.problems)
    policy, digest = checked.policy, digest_of(text)
    standing = standing_policy(session, policy.id)
    if standing is not None and standing.digest == digest:
        return standing
    if standing is not None and standing.region_code != places.padded(policy.region):
        raise Refused("subsidy.policy_elsewhere", policy=policy.id)
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
        session, chain=f"region:{policy.region[:6]}", at=at, actor=actor, action="policy.publish", subject=policy.id,
        digest=digest,
    )  # fmt: skip
    return row


def _region_of(text: str) -> str:
    code = named_in(text)["region"].ljust(12, "0")
    return code if places.is_code(code) else ""


def digest_of(text: str) -> str:
    """Return the digest by which a text is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def around(session: Session, region_code: str = "") -> Around:
    """Gather what a text of a region is checked with; without one no floor is known.

    Read from the tables, never from what the process remembers: it may be asked in the middle of an act.
    """
    standing = standing_policies(session)
    floors = floors_in({Path(row.code): row.text for row in standing})
    above = tuple(
        Above(row.code, {name: fen for (code, name), fen in floors.items() if code == row.code})
        for row in standing
        if region_code and row.region_code != region_code and places.is_within(region_code, row.region_code)
    )
    return Around(dated_register(session).names, read_calendar(session.connection()), above, region_code)


def fallen_below(session: Session) -> list[tuple[PublishedPolicy, Problem]]:
    """List the published policies that lie below a floor which a wider one sets by now, with the first place.

    A floor that is raised, or set anew, does not change what stands below it: it is for its office to write a version.
    """
    found = []
    for row in standing_policies(session):
        surroundings = around(session, row.region_code)
        if any(one.floors for one in surroundings.above):
            problems = check(row.text, surroundings, row.code).problems
            below = [problem for problem in problems if problem.code in _FLOOR_CODES]
            found += [(row, below[0])] if below else []
    return found


def standing_policies(session: Session) -> Sequence[PublishedPolicy]:
    """List the publications that no later one supersedes, the widest region first."""
    later = select(PublishedPolicy.supersedes_id).where(PublishedPolicy.supersedes_id.is_not(None))
    wanted = select(PublishedPolicy).where(PublishedPolicy.id.not_in(later))
    return session.scalars(wanted.order_by(PublishedPolicy.region_code, PublishedPolicy.code)).all()


def standing_policy(session: Session, code: str) -> PublishedPolicy | None:
    """Find the publication of a policy that stands."""
    return next((row for row in standing_policies(session) if row.code == code), None)


def publications(session: Session, *, code: str) -> Sequence[PublishedPolicy]:
    """List every publication of a policy, the latest first."""
    wanted = select(PublishedPolicy).where(PublishedPolicy.code == code).order_by(PublishedPolicy.id.desc())
    return session.scalars(wanted).all()


def _register_funders(session: Session, policy: Policy) -> None:
    names = {payer: name for version in policy.versions for payer, name in version.payers.items()}
    for payer, name in names.items():
        kind = next((kind for word, kind in _KINDS if word in name), "public_budget")
        ledger.ensure_funder(
            session, code=funder_code(policy, payer), name=name, kind=kind, region_code=places.padded(policy.region)
        )
