"""Write a policy as a draft: saved without losing a colleague's edit, reviewed by a second person, then published.

A draft is spoken of by its reference, for good: what was worked out under it can be linked to it. Who saved is noted by
the database, which also refuses one of the authors as the reviewer; the reviewed text can only be published or given
back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.subsidy.checked import LONGEST_TEXT, check, named_in
from canteen.subsidy.publish import around, digest_of, publish, standing_policy
from canteen.subsidy.tables import PolicyDraft, PolicyScan, PublishedPolicy

LARGEST_SCAN = 10 * 1024 * 1024
_MEDIA = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def begin_draft(
    session: Session, *, text: str, region_code: str, actor: str, at: datetime, based_on: PublishedPolicy | None = None
) -> PolicyDraft:
    """Begin a draft for a region, from a template or from a copy of what is published."""
    _check_length(text)
    named = named_in(text)
    draft = PolicyDraft(
        ref=new_reference("P"), region_code=region_code, policy_code=named["policy"], name=named["name"], text=text,
        digest=digest_of(text), based_on_id=None if based_on is None else based_on.id, created_by=actor, created_at=at,
        edited_by=actor, edited_at=at,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    _record(session, draft, "draft.begin", actor, at)
    return draft


def draft(session: Session, *, ref: str) -> PolicyDraft:
    """Find a draft in reach; ``subsidy.no_such_draft`` otherwise."""
    found = session.scalar(select(PolicyDraft).where(PolicyDraft.ref == ref))
    if found is None:
        raise NotFound("subsidy.no_such_draft", ref=ref)
    return found


def drafts(session: Session, *, states: Sequence[str] = ("draft", "reviewed")) -> Sequence[PolicyDraft]:
    """List the drafts in reach, the one edited last first."""
    wanted = select(PolicyDraft).where(PolicyDraft.state.in_(states))
    return session.scalars(wanted.order_by(PolicyDraft.edited_at.desc(), PolicyDraft.id.desc())).all()


def save_draft(
    session: Session, *, ref: str, revision: int, text: str, document_number: str, actor: str, at: datetime
) -> PolicyDraft:
    """Save a text on the revision that its writer saw.

    Conflict ``subsidy.draft_moved`` where a colleague saved meanwhile; what is saved twice is saved once.
    """
    _check_length(text)
    held = _locked(session, ref)
    same = held.text == text and held.document_number == document_number
    if same and held.state == "draft":
        return held
    _refuse_settled(held)
    if held.revision != revision:
        raise Conflict("subsidy.draft_moved", ref=ref, by=held.edited_by)
    named = named_in(text)
    held.policy_code, held.name = named["policy"] or held.policy_code, named["name"] or held.name
    held.text, held.digest, held.document_number = text, digest_of(text), document_number
    _edited(session, held, actor, at)
    return held


def attach_scan(session: Session, *, ref: str, name: str, content: bytes, actor: str, at: datetime) -> PolicyDraft:
    """Attach the scan of the document: PDF, JPEG or PNG by its first bytes, at most 10 MB.

    Refuses ``subsidy.scan_kind`` and ``subsidy.scan_size``.
    """
    media = next((media for magic, media in _MEDIA if content.startswith(magic)), None)
    if media is None:
        raise Invalid("subsidy.scan_kind")
    if len(content) > LARGEST_SCAN:
        raise Invalid("subsidy.scan_size", most=LARGEST_SCAN // 1024 // 1024)
    held = _locked(session, ref)
    _refuse_settled(held)
    digest = hashlib.sha256(content).hexdigest()
    scan = session.scalar(select(PolicyScan).where(PolicyScan.digest == digest))
    if scan is None:
        scan = PolicyScan(
            digest=digest, name=name[:200], media=media, size=len(content), content=content, at=at, actor=actor
        )
        session.add(scan)
        session.flush()
    if held.scan_id != scan.id:
        held.scan_id = scan.id
        _edited(session, held, actor, at)
    _record(session, held, "draft.scan", actor, at, scan=digest)
    return held


def review_draft(session: Session, *, ref: str, revision: int, actor: str, at: datetime) -> PolicyDraft:
    """Review what a colleague wrote: it must be sound, with document number and scan.

    Refuses ``subsidy.same_eyes`` for one of the authors, ``subsidy.draft_incomplete``, ``subsidy.draft_moved``.
    """
    held = _locked(session, ref)
    _refuse_settled(held)
    if held.revision != revision:
        raise Conflict("subsidy.draft_moved", ref=ref, by=held.edited_by)
    if not held.document_number or held.scan_id is None:
        raise Refused("subsidy.draft_incomplete")
    problems = check(held.text, around(session, held.region_code)).problems
    if problems:
        raise Invalid("subsidy.policy_misread", problems=problems)
    try:
        with session.begin_nested():
            held.state, held.reviewed_by, held.reviewed_at = "reviewed", actor, at
            session.flush()
    except IntegrityError:
        session.refresh(held)
        raise Refused("subsidy.same_eyes") from None
    _record(session, held, "draft.review", actor, at, digest=held.digest)
    return held


def return_draft(session: Session, *, ref: str, actor: str, at: datetime) -> PolicyDraft:
    """Give a reviewed draft back to be written on; the review is void."""
    held = _locked(session, ref)
    if held.state != "reviewed":
        raise Refused("subsidy.draft_settled")
    held.state, held.reviewed_by, held.reviewed_at = "draft", None, None
    held.revision += 1
    session.flush()
    _record(session, held, "draft.return", actor, at)
    return held


def drop_draft(session: Session, *, ref: str, actor: str, at: datetime) -> None:
    """Lay a draft aside; it is kept, and never published."""
    held = _locked(session, ref)
    _refuse_settled(held)
    held.state = "dropped"
    session.flush()
    _record(session, held, "draft.drop", actor, at)


def publish_draft(session: Session, *, ref: str, actor: str, at: datetime) -> PublishedPolicy:
    """Publish what was reviewed, if the policy that it was written from still stands.

    Refuses ``subsidy.draft_not_reviewed``; Conflict ``subsidy.policy_moved`` where another one was published.
    """
    held = _locked(session, ref)
    if held.state != "reviewed":
        raise Refused("subsidy.draft_not_reviewed")
    standing = standing_policy(session, held.policy_code)
    if (None if standing is None else standing.id) != held.based_on_id:
        raise Conflict("subsidy.policy_moved", policy=held.policy_code)
    if standing is not None and standing.digest == held.digest:
        raise Refused("subsidy.nothing_changed", policy=held.policy_code)
    row = publish(session, text=held.text, actor=actor, at=at, region_code=held.region_code)
    held.state, held.published_id = "published", row.id
    session.flush()
    _record(session, held, "draft.publish", actor, at, digest=row.digest)
    return row


def draft_of(session: Session, *, published_id: int) -> PolicyDraft | None:
    """Find the draft that a publication came from; None for one that a command published."""
    return session.scalar(select(PolicyDraft).where(PolicyDraft.published_id == published_id))


def scan_of(session: Session, *, ref: str) -> PolicyScan:
    """Return the scan of a draft's document; ``subsidy.no_scan`` where none is attached."""
    held = draft(session, ref=ref)
    scan = None if held.scan_id is None else session.get(PolicyScan, held.scan_id)
    if scan is None:
        raise NotFound("subsidy.no_scan", ref=ref)
    return scan


def _locked(session: Session, ref: str) -> PolicyDraft:
    wanted = select(PolicyDraft).where(PolicyDraft.ref == ref).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("subsidy.no_such_draft", ref=ref)
    return found


def _refuse_settled(held: PolicyDraft) -> None:
    if held.state != "draft":
        raise Refused("subsidy.draft_settled")


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Invalid("subsidy.draft_too_long", most=LONGEST_TEXT)


def _edited(session: Session, held: PolicyDraft, actor: str, at: datetime) -> None:
    held.revision += 1
    held.edited_by, held.edited_at = actor, at
    session.flush()


def _record(session: Session, held: PolicyDraft, action: str, actor: str, at: datetime, **detail: str) -> None:
    audit.record(
        session, chain=f"region:{held.region_code[:6]}", at=at, actor=actor, action=action, subject=held.ref, **detail
    )
