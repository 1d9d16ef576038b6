"""Let the database ask for a second person where a list ends more than one in twenty, and end nothing withdrawn."""

from __future__ import annotations

from canteen.eligibility.recheck_tables import Recheck, RecheckDecision, RecheckLine, RecheckWithdrawal
from canteen.foundation.guards import append_only, attach

_LIST = "EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id"
RULES = (
    ("eligibility.recheck_no_line", f"NOT {_LIST} AND l.number = NEW.number)"),
    (
        "eligibility.recheck_second_person",
        (
            f"NEW.verdict = 'done' AND {_LIST} AND l.number = NEW.number AND l.outcome IN ('ended', 'died', 'missing') "
            "AND r.ending_count * 20 > r.standing_count AND r.taken_by = NEW.actor)"
        ),
    ),
    (
        "eligibility.recheck_withdrawn",
        "EXISTS (SELECT 1 FROM recheck_withdrawals w WHERE w.recheck_id = NEW.recheck_id)",
    ),
)

for _table in (Recheck, RecheckLine, RecheckDecision, RecheckWithdrawal):
    append_only(_table.__table__)

_NAME = "recheck_decisions"
attach(
    RecheckDecision.__table__,
    "sqlite",
    f"CREATE TRIGGER {_NAME}_rules BEFORE INSERT ON {_NAME} BEGIN\n"
    + "\n".join(f"SELECT RAISE(ABORT, '{code}') WHERE {when};" for code, when in RULES)
    + "\nEND",
)
attach(
    RecheckDecision.__table__,
    "postgresql",
    f"CREATE OR REPLACE FUNCTION {_NAME}_rules() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    + "\n".join(
        f"IF {when} THEN\n RAISE EXCEPTION '{code}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for code, when in RULES
    )
    + "\nRETURN NEW;\nEND $$",
    f"CREATE TRIGGER {_NAME}_rules BEFORE INSERT ON {_NAME} FOR EACH ROW EXECUTE FUNCTION {_NAME}_rules()",
)
