"""Keep policies and chances append only, and admit a chance again only after it was given back.

Of a draft the database itself notes the authors, refuses an author as the reviewer, and keeps what was reviewed.
"""

from __future__ import annotations

from canteen.foundation.guards import append_only, attach, frozen_columns
from canteen.subsidy.tables import (
    CategoryEntry,
    Claim,
    ClaimRelease,
    DraftAuthor,
    PolicyDraft,
    PolicyScan,
    PublishedPolicy,
)

_NOT_RELEASED = (
    "NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM claims c JOIN claim_releases r ON r.claim_id = c.id "
    'WHERE c.person_id = NEW.person_id AND c.counter = NEW.counter AND c."window" = NEW."window" '
    "AND c.ordinal = NEW.ordinal AND c.round = NEW.round - 1)"
)

for _table in (PublishedPolicy, Claim, ClaimRelease, PolicyScan, DraftAuthor, CategoryEntry):
    append_only(_table.__table__)

attach(
    Claim.__table__,
    "sqlite",
    f"CREATE TRIGGER claims_round BEFORE INSERT ON claims WHEN {_NOT_RELEASED} "
    "BEGIN SELECT RAISE(ABORT, 'claims.not_released'); END",
)
attach(
    Claim.__table__,
    "postgresql",
    f"""CREATE OR REPLACE FUNCTION claims_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF {_NOT_RELEASED} THEN
 RAISE EXCEPTION 'claims.not_released' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    "CREATE TRIGGER claims_round BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION claims_round()",
)

# A draft begins as one; its authors are noted by itself.
frozen_columns(
    PolicyDraft.__table__, "policy_code", "name", "text", "digest", "revision", "state", "based_on_id",
    "document_number", "scan_id", "edited_by", "edited_at", "reviewed_by", "reviewed_at", "published_id",
)  # fmt: skip
_WRITTEN = ("text", "document_number", "scan_id")
_NOTE = (
    "INSERT INTO draft_authors (draft_id, author) SELECT NEW.id, NEW.edited_by WHERE NOT EXISTS "
    "(SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.edited_by)"
)
_SAME_EYES = (
    "NEW.reviewed_by IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.reviewed_by)"
)
_SETTLED = "OLD.state IN ('published', 'dropped')"
_TOUCHED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _WRITTEN)
_REVIEWED = f"OLD.state = 'reviewed' AND ({_TOUCHED} OR NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by)"
_CHANGED = f"{_SETTLED} OR ({_REVIEWED} AND NEW.state <> 'draft')"
_UNREVIEWED = "NEW.state = 'published' AND OLD.state <> 'reviewed'"
_DRAFT_RULES = (
    ("subsidy.same_eyes", _SAME_EYES),
    ("subsidy.draft_settled", _CHANGED),
    ("subsidy.draft_not_reviewed", _UNREVIEWED),
)


def _lite(when: str) -> str:
    """Write a condition for SQLite of any age."""
    return when.replace("IS DISTINCT FROM", "IS NOT")


attach(
    PolicyDraft.__table__,
    "sqlite",
    "CREATE TRIGGER policy_drafts_begin BEFORE INSERT ON policy_drafts WHEN NEW.state <> 'draft' "
    "BEGIN SELECT RAISE(ABORT, 'subsidy.draft_not_reviewed'); END",
    "CREATE TRIGGER policy_drafts_rules BEFORE UPDATE ON policy_drafts BEGIN\n"
    + "\n".join(f"SELECT RAISE(ABORT, '{code}') WHERE {_lite(when)};" for code, when in _DRAFT_RULES)
    + "\nEND",
    f"CREATE TRIGGER policy_drafts_first_author AFTER INSERT ON policy_drafts BEGIN {_NOTE}; END",
    f"CREATE TRIGGER policy_drafts_author AFTER UPDATE OF {', '.join(_WRITTEN)} ON policy_drafts BEGIN {_NOTE}; END",
)
attach(
    PolicyDraft.__table__,
    "postgresql",
    """CREATE OR REPLACE FUNCTION policy_drafts_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.state <> 'draft' THEN
 RAISE EXCEPTION 'subsidy.draft_not_reviewed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    "CREATE OR REPLACE FUNCTION policy_drafts_rules() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    + "\n".join(
        f"IF {when} THEN\n RAISE EXCEPTION '{code}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for code, when in _DRAFT_RULES
    )
    + "\nRETURN NEW;\nEND $$",
    f"CREATE OR REPLACE FUNCTION policy_drafts_author() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{_NOTE};\n"
    "RETURN NEW;\nEND $$",
    "CREATE TRIGGER policy_drafts_begin BEFORE INSERT ON policy_drafts FOR EACH ROW "
    "EXECUTE FUNCTION policy_drafts_begin()",
    "CREATE TRIGGER policy_drafts_rules BEFORE UPDATE ON policy_drafts FOR EACH ROW "
    "EXECUTE FUNCTION policy_drafts_rules()",
    "CREATE TRIGGER policy_drafts_first_author AFTER INSERT ON policy_drafts FOR EACH ROW "
    "EXECUTE FUNCTION policy_drafts_author()",
    f"CREATE TRIGGER policy_drafts_author AFTER UPDATE OF {', '.join(_WRITTEN)} ON policy_drafts FOR EACH ROW "
    "EXECUTE FUNCTION policy_drafts_author()",
)
