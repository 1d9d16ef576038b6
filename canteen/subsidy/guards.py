"""Keep policies and chances append only, and admit a chance again only after it was given back."""

from __future__ import annotations

from canteen.foundation.guards import append_only, attach
from canteen.subsidy.tables import Claim, ClaimRelease, PublishedPolicy

_NOT_RELEASED = (
    "NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM claims c JOIN claim_releases r ON r.claim_id = c.id "
    'WHERE c.person_id = NEW.person_id AND c.counter = NEW.counter AND c."window" = NEW."window" '
    "AND c.ordinal = NEW.ordinal AND c.round = NEW.round - 1)"
)

for _table in (PublishedPolicy, Claim, ClaimRelease):
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
