"""Ask about a line of a statement and answer; a question that is open holds the next signature up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.references import new_reference
from canteen.settlement.tables import Statement
from canteen.treasury.signing import held
from canteen.treasury.tables import QueryAnswer, StatementQuery
from canteen.treasury.write import insert


@dataclass(frozen=True, slots=True)
class Asked:
    """Show a question with its answer, None while it is open."""

    query: StatementQuery
    answer: QueryAnswer | None


def ask_about(session: Session, *, ref: str, line_ref: str, question: str, actor: str, at: datetime) -> StatementQuery:
    """Ask about a meal of a statement, or about the whole with an empty ``line_ref``.

    Refuses ``treasury.question_missing`` and ``treasury.no_such_line``.
    """
    of = held(session, ref=ref)
    if not question.strip():
        raise Invalid("treasury.question_missing")
    if line_ref and all(line["ref"] != line_ref for line in json.loads(of.content)["lines"]):
        raise Invalid("treasury.no_such_line", line=line_ref)
    row = StatementQuery(
        ref=new_reference("Q"), statement_id=of.id, line_ref=line_ref, question=question.strip(), actor=actor, at=at
    )
    insert(session, row)
    _record(session, of, "statement.ask", row.ref, actor, at, line=line_ref)
    return row


def answer(session: Session, *, query_ref: str, text: str, actor: str, at: datetime) -> QueryAnswer:
    """Answer a question; refuses ``treasury.no_such_query``, ``treasury.answer_missing`` and who asked."""
    query = session.scalar(select(StatementQuery).where(StatementQuery.ref == query_ref))
    of = None if query is None else session.get(Statement, query.statement_id)
    if query is None or of is None:
        raise NotFound("treasury.no_such_query")
    if not text.strip():
        raise Invalid("treasury.answer_missing")
    held(session, ref=of.ref)
    row = QueryAnswer(query_id=query.id, answer=text.strip(), actor=actor, at=at)
    insert(session, row)
    _record(session, of, "statement.answer", query_ref, actor, at)
    return row


def queries_of(session: Session, *, statement_id: int) -> list[Asked]:
    """List the questions about a statement, the open ones first."""
    rows = session.execute(
        select(StatementQuery, QueryAnswer)
        .outerjoin(QueryAnswer, QueryAnswer.query_id == StatementQuery.id)
        .where(StatementQuery.statement_id == statement_id)
        .order_by(QueryAnswer.query_id.is_not(None), StatementQuery.id)
    )
    return [Asked(query, answered) for query, answered in rows]


def _record(
    session: Session, of: Statement, action: str, subject: str, actor: str, at: datetime, **detail: object
) -> None:
    chain = f"canteen:{places.canteen_by_id(session, canteen_id=of.canteen_id).ref}"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=subject, statement=of.ref, **detail)
