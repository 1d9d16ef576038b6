"""Let the database decide which step follows which, that two people decide, and that a notice hung its days out.

Where a list of another office ends more than one in twenty, it asks for a second person, too.
"""

from __future__ import annotations

from canteen.eligibility.rules import AFTER_RECHECK, FOLLOWS, SETTLED
from canteen.eligibility.tables import (
    Application,
    ApplicationStep,
    PublicNotice,
    Recheck,
    RecheckDecision,
    RecheckLine,
    RecheckWithdrawal,
)
from canteen.foundation.guards import append_only, attach


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_ALLOWED = " OR ".join(
    f"(p.step = '{before}' AND NEW.step IN ({_words(after)}))" for before, after in FOLLOWS.items() if after
)
_BEFORE = (
    "EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = "
    "NEW.number - 1 AND "
)
_EARLIER = "EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND "
_HUNG_OUT = "EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day)"
_ROUND_BEFORE = (
    "EXISTS (SELECT 1 FROM applications a JOIN application_steps s ON s.application_id = a.id "
    "WHERE a.person_id = NEW.person_id AND a.category = NEW.category AND a.round = NEW.round - 1 "
    f"AND s.step IN ({_words(SETTLED)}))"
)
_LIST = "EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id"
_CONFIRMED = f"{_EARLIER}p.step = 'confirmed')"
RULES = (
    (
        "application_steps",
        "eligibility.step_order",
        f"NOT ((NEW.number = 1 AND NEW.step = 'applied') OR {_BEFORE}({_ALLOWED})))",
    ),
    (
        "application_steps",
        "eligibility.step_order",
        (
            f"NEW.step <> 'confirmed' AND (NEW.step IN ('renewed', 'ended') AND NOT {_CONFIRMED} "
            f"OR NEW.step NOT IN ({_words(AFTER_RECHECK)}) AND {_CONFIRMED})"
        ),
    ),
    ("application_steps", "eligibility.step_early", f"{_BEFORE}p.on_day > NEW.on_day)"),
    (
        "application_steps",
        "eligibility.same_eyes",
        f"NEW.step = 'confirmed' AND {_EARLIER}p.actor = NEW.actor AND p.step IN ('applied', 'assessed'))",
    ),
    (
        "application_steps",
        "eligibility.same_eyes",
        f"NEW.step IN ('renewed', 'ended') AND {_BEFORE}p.actor = NEW.actor)",
    ),
    (
        "application_steps",
        "eligibility.notice_running",
        f"NEW.step = 'confirmed' AND NOT {_EARLIER}p.step = 'noticed' AND {_HUNG_OUT})",
    ),
    (
        "applications",
        "eligibility.already_open",
        f"NEW.round > 1 AND NOT {_ROUND_BEFORE}",
    ),
    ("recheck_decisions", "eligibility.recheck_no_line", f"NOT {_LIST} AND l.number = NEW.number)"),
    (
        "recheck_decisions",
        "eligibility.recheck_second_person",
        (
            f"NEW.verdict = 'done' AND {_LIST} AND l.number = NEW.number AND l.outcome IN ('ended', 'died', 'missing') "
            "AND r.ending_count * 20 > r.standing_count AND r.taken_by = NEW.actor)"
        ),
    ),
    (
        "recheck_decisions",
        "eligibility.recheck_withdrawn",
        "EXISTS (SELECT 1 FROM recheck_withdrawals w WHERE w.recheck_id = NEW.recheck_id)",
    ),
)

for _table in (
    Application, ApplicationStep, PublicNotice, Recheck, RecheckLine, RecheckDecision, RecheckWithdrawal,
):  # fmt: skip
    append_only(_table.__table__)

for _guarded in (Application, ApplicationStep, RecheckDecision):
    _name = _guarded.__tablename__
    _rules = [(code, when) for table, code, when in RULES if table == _name]
    attach(
        _guarded.__table__,
        "sqlite",
        f"CREATE TRIGGER {_name}_rules BEFORE INSERT ON {_name} BEGIN\n"
        + "\n".join(f"SELECT RAISE(ABORT, '{code}') WHERE {when};" for code, when in _rules)
        + "\nEND",
    )
    attach(
        _guarded.__table__,
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {_name}_rules() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
        + "\n".join(
            f"IF {when} THEN\n RAISE EXCEPTION '{code}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for code, when in _rules
        )
        + "\nRETURN NEW;\nEND $$",
        f"CREATE TRIGGER {_name}_rules BEFORE INSERT ON {_name} FOR EACH ROW EXECUTE FUNCTION {_name}_rules()",
    )
