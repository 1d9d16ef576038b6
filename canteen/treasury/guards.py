"""Let the database decide who signs after whom, that nobody signs twice, and that questions are answered first."""

from __future__ import annotations

from canteen.foundation.guards import append_only, attach
from canteen.settlement.tables import Statement
from canteen.treasury.rules import ANSWERED_FIRST, FOLLOWS, RETURNED
from canteen.treasury.tables import (
    BankCharge,
    BankDecision,
    BankFile,
    BankLine,
    BankMatch,
    BankRead,
    BatchStep,
    Clawback,
    ClawbackDecision,
    ClawbackMeal,
    DonationAgreement,
    Due,
    Opening,
    OpeningSignature,
    PaymentBatch,
    PaymentItem,
    PaymentResult,
    QueryAnswer,
    StatementQuery,
    StatementStep,
)

Rule = tuple[str, str]


def words(names: tuple[str, ...]) -> str:
    """Write names as a list of the database."""
    return ", ".join(f"'{name}'" for name in names)


def rules(table: str, event: str, *found: Rule) -> None:
    """Refuse with the code of the first rule that holds, on both kinds of database."""
    name = f"{table}_rules"
    attach(
        _TABLES[table],
        "sqlite",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN\n"
        + "\n".join(f"SELECT RAISE(ABORT, '{code}') WHERE {when};" for code, when in found)
        + "\nEND",
    )
    attach(
        _TABLES[table],
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
        + "\n".join(
            f"IF {when} THEN\n RAISE EXCEPTION '{code}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for code, when in found
        )
        + "\nRETURN NEW;\nEND $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


_KEPT = (
    StatementStep, StatementQuery, QueryAnswer, Due, PaymentBatch, PaymentItem, BatchStep, PaymentResult, Clawback,
    ClawbackMeal, ClawbackDecision, DonationAgreement, BankCharge, BankDecision, BankFile, BankLine, BankMatch,
    BankRead, Opening, OpeningSignature,
)  # fmt: skip
_TABLES = {one.__tablename__: one.__table__ for one in (*_KEPT, Statement)}
for _table in _KEPT:
    append_only(_table.__table__)

_STEPS = "EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = "
_ALLOWED = " OR ".join(
    f"(p.step = '{before}' AND NEW.step IN ({words(after)}))" for before, after in FOLLOWS.items() if after
)
_ORDER = (
    "NOT ((NEW.number = 1 AND NEW.step = 'signed') OR "
    f"{_STEPS}NEW.statement_id AND p.number = NEW.number - 1 AND ({_ALLOWED})))"
)
_STANDS = "NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.state = 'frozen')"
# Nobody who prepared the statement or signed it in one place signs it in another.
_SAME = (
    f"NEW.step <> '{RETURNED}' AND ({_STEPS}NEW.statement_id AND p.actor = NEW.actor "
    f"AND p.step NOT IN (NEW.step, '{RETURNED}')) OR EXISTS "
    "(SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.frozen_by = NEW.actor))"
)
_OPEN = (
    f"NEW.step IN ({words(ANSWERED_FIRST)}) AND EXISTS (SELECT 1 FROM statement_queries q WHERE q.statement_id = "
    "NEW.statement_id AND NOT EXISTS (SELECT 1 FROM query_answers a WHERE a.query_id = q.id))"
)
_ACCEPTED = f"{_STEPS}NEW.statement_id AND p.step = 'accepted')"
_OWN_QUESTION = "EXISTS (SELECT 1 FROM statement_queries q WHERE q.id = NEW.query_id AND q.actor = NEW.actor)"

rules(
    "statement_steps",
    "INSERT",
    ("treasury.superseded", _STANDS),
    ("treasury.step_order", _ORDER),
    ("treasury.same_eyes", _SAME),
    ("treasury.query_open", _OPEN),
)
rules("statement_queries", "INSERT", ("treasury.superseded", _STANDS), ("treasury.step_order", _ACCEPTED))
rules("query_answers", "INSERT", ("treasury.same_eyes", _OWN_QUESTION))
# What finance accepted is owed; no later version takes its place, what comes later goes into the next part.
rules(
    "statements",
    "UPDATE",
    ("settlement.accepted_already", f"NEW.state = 'superseded' AND {_STEPS}NEW.id AND p.step = 'accepted')"),
)

_STEP_OF = "EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = NEW.batch_id"
_RESULT_OF = (
    "EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = NEW.batch_id AND r.operator_id = NEW.operator_id"
)
# What of a due is on its way or paid: neither called off nor returned by the bank.
_ON_THE_WAY = (
    "(SELECT coalesce(sum(i.amount_fen), 0) FROM payment_items i WHERE i.due_id = NEW.due_id"
    " AND NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = i.batch_id AND b.step = 'cancelled')"
    " AND NOT EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = i.batch_id"
    " AND r.operator_id = i.operator_id AND r.result = 'returned')) + NEW.amount_fen"
)
_WITHIN = (
    "EXISTS (SELECT 1 FROM dues d JOIN payment_batches b ON b.id = NEW.batch_id AND b.funder_code = d.funder_code"
    f" WHERE d.id = NEW.due_id AND ((d.amount_fen > 0 AND NEW.amount_fen > 0 AND {_ON_THE_WAY} <= d.amount_fen)"
    f" OR (d.amount_fen < 0 AND NEW.amount_fen < 0 AND {_ON_THE_WAY} >= d.amount_fen)))"
)
rules(
    "payment_items",
    "INSERT",
    ("treasury.step_order", f"{_STEP_OF})"),
    ("treasury.more_than_due", f"NOT {_WITHIN}"),
)
_OWN_BATCH = (
    "NEW.step = 'approved' AND EXISTS "
    "(SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor)"
)
_NEGATIVE = (
    "NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id "
    "GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0 AND max(i.amount_fen) > 0)"
)
rules("batch_steps", "INSERT", ("treasury.same_eyes", _OWN_BATCH), ("treasury.transfer_negative", _NEGATIVE))
rules(
    "payment_results",
    "INSERT",
    (
        "treasury.step_order",
        f"NOT {_STEP_OF} AND b.step = 'approved') OR {_RESULT_OF} AND r.result = 'returned')",
    ),
)

_DECIDED = "EXISTS (SELECT 1 FROM clawback_decisions d WHERE d.clawback_id = NEW.clawback_id)"
_OWN_CLAWBACK = "EXISTS (SELECT 1 FROM clawbacks c WHERE c.id = NEW.clawback_id AND c.actor = NEW.actor)"
rules("clawback_meals", "INSERT", ("treasury.step_order", _DECIDED))
rules("clawback_decisions", "INSERT", ("treasury.same_eyes", _OWN_CLAWBACK))

_OWN_OPENING = "EXISTS (SELECT 1 FROM openings o WHERE o.id = NEW.opening_id AND o.actor = NEW.actor)"
rules("opening_signatures", "INSERT", ("treasury.same_eyes", _OWN_OPENING))

# A line is either found among the entries or explained; what is found is never explained away.
_FOUND = "EXISTS (SELECT 1 FROM bank_matches m WHERE m.line_id = NEW.line_id)"
_EXPLAINED = "EXISTS (SELECT 1 FROM bank_decisions d WHERE d.line_id = NEW.line_id)"
rules("bank_matches", "INSERT", ("treasury.line_settled", _EXPLAINED))
rules("bank_decisions", "INSERT", ("treasury.line_settled", _FOUND))
