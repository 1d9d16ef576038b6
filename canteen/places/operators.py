"""Know who runs canteens: the record, the contracts with their days, the bank account, the price ceiling.

A contract and a ceiling are dated rows that are never overwritten. The bank account is sealed and shown by its last
four digits; each look at the whole number is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.db import scope_of, vault_of
from canteen.foundation.errors import Conflict, Denied, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.places.regions import region
from canteen.places.tables import OPERATORS, Canteen, Contract, Operator, PriceCeiling

_ACCOUNT = re.compile(r"\d{8,30}", re.ASCII)
_TAIL = 4


def add_operator(
    session: Session,
    *,
    name: str,
    kind: str,
    actor: str,
    at: datetime,
    region_code: str | None = None,
    bank_name: str = "",
    bank_account: str = "",
) -> Operator:
    """Enter who runs canteens; ``places.operator_exists`` where the name is in use.

    Refuses ``places.operator_kind``, ``places.bank_account_malformed`` and ``places.outside_scope``.
    """
    _check_kind(kind)
    if region_code is not None:
        require_place(session, region_code)
    if session.scalar(select(Operator.id).where(Operator.name == name)) is not None:
        raise Refused("places.operator_exists", name=name)
    operator = Operator(ref=new_reference("F"), name=name, kind=kind, region_code=region_code)
    _keep_account(session, operator, bank_name, bank_account)
    session.add(operator)
    session.flush()
    _record(session, operator, "operator_added", actor, at, name=name, kind=kind, bank_tail=operator.bank_account_tail)
    return operator


def change_operator(
    session: Session,
    *,
    operator_id: int,
    name: str,
    kind: str,
    bank_name: str,
    bank_account: str,
    actor: str,
    at: datetime,
) -> Operator:
    """Change the record; an empty account leaves the one that is kept. What it was before stays in the audit log."""
    _check_kind(kind)
    operator = operator_by_id(session, operator_id=operator_id)
    taken = select(Operator.id).where(Operator.name == name, Operator.id != operator_id)
    if session.scalar(taken) is not None:
        raise Refused("places.operator_exists", name=name)
    before = {"name": operator.name, "kind": operator.kind, "bank_tail": operator.bank_account_tail}
    operator.name, operator.kind = name, kind
    _keep_account(session, operator, bank_name, bank_account)
    after = {"name": name, "kind": kind, "bank_tail": operator.bank_account_tail}
    _record(session, operator, "operator_changed", actor, at, before=before, after=after)
    return operator


def open_bank_account(session: Session, *, operator_id: int, actor: str, at: datetime) -> str:
    """Show an account in full, and record who looked; ``places.no_bank_account`` where there is none."""
    operator = operator_by_id(session, operator_id=operator_id)
    if operator.bank_account_sealed is None:
        raise NotFound("places.no_bank_account", ref=operator.ref)
    _record(session, operator, "bank_account_opened", actor, at)
    return vault_of(session).open(operator.bank_account_sealed)


def operator(session: Session, *, ref: str) -> Operator:
    """Find an operator within reach; ``places.operator_unknown`` otherwise."""
    found = session.scalar(select(Operator).where(Operator.ref == ref, _in_reach(session)))
    if found is None:
        raise NotFound("places.operator_unknown", ref=ref)
    return found


def operator_by_id(session: Session, *, operator_id: int) -> Operator:
    """Find an operator by its key and within reach; ``places.operator_unknown`` otherwise."""
    found = session.scalar(select(Operator).where(Operator.id == operator_id, _in_reach(session)))
    if found is None:
        raise NotFound("places.operator_unknown")
    return found


def operators(session: Session) -> Sequence[Operator]:
    """List the operators within reach: kept by an office in it, or running a canteen in it."""
    return session.scalars(select(Operator).where(_in_reach(session)).order_by(Operator.name, Operator.id)).all()


def agree_contract(
    session: Session,
    *,
    operator_id: int,
    number: str,
    valid_from: date,
    valid_until: date | None,
    evidence: str,
    actor: str,
    at: datetime,
) -> Contract:
    """Enter a contract for its days; refuses ``places.contract_overlaps`` and ``places.contract_days``."""
    operator = _locked(session, operator_id)
    _check_days(valid_from, valid_until)
    for other in contracts_of(session, operator_id=operator_id):
        starts_first = other.valid_until is None or valid_from < other.valid_until
        if starts_first and (valid_until is None or other.valid_from < valid_until):
            raise Refused("places.contract_overlaps", number=other.number)
    contract = Contract(
        operator_id=operator_id, number=number, valid_from=valid_from, valid_until=valid_until, evidence=evidence,
        entered_at=at, entered_by=actor,
    )  # fmt: skip
    return _keep_contract(session, operator, contract, "contract_agreed")


def end_contract(
    session: Session, *, contract_id: int, valid_until: date, evidence: str, actor: str, at: datetime
) -> Contract:
    """Let a contract end on another day than was agreed; the row that said otherwise stays."""
    old = session.get(Contract, contract_id)
    if old is None:
        raise NotFound("places.contract_unknown")
    operator = _locked(session, old.operator_id)
    if session.scalar(select(Contract.id).where(Contract.supersedes_id == contract_id)) is not None:
        raise Conflict("places.contract_superseded")
    _check_days(old.valid_from, valid_until)
    contract = Contract(
        operator_id=operator.id, number=old.number, valid_from=old.valid_from, valid_until=valid_until,
        evidence=evidence, entered_at=at, entered_by=actor, supersedes_id=old.id,
    )  # fmt: skip
    return _keep_contract(session, operator, contract, "contract_ended")


def contracts_of(session: Session, *, operator_id: int) -> Sequence[Contract]:
    """List the contracts that count, in the order of their days."""
    later = select(Contract.supersedes_id).where(Contract.supersedes_id.is_not(None))
    wanted = select(Contract).where(Contract.operator_id == operator_id, Contract.id.not_in(later))
    return session.scalars(wanted.order_by(Contract.valid_from, Contract.id)).all()


def contract_on(session: Session, *, operator_id: int, day: date) -> Contract | None:
    """Return the contract that holds on a day."""
    listed = contracts_of(session, operator_id=operator_id)
    return next(
        (one for one in listed if one.valid_from <= day and (one.valid_until is None or day < one.valid_until)), None
    )


def set_ceiling(
    session: Session,
    *,
    operator_id: int,
    price_fen: int | None,
    valid_from: date,
    evidence: str,
    actor: str,
    at: datetime,
) -> PriceCeiling:
    """Say from which day on dishes may cost no more than this; None ends the ceiling.

    Refuses ``places.ceiling_malformed``.
    """
    if price_fen is not None and price_fen <= 0:
        raise Invalid("places.ceiling_malformed")
    operator = _locked(session, operator_id)
    ceiling = PriceCeiling(
        operator_id=operator_id, price_fen=price_fen, valid_from=valid_from, evidence=evidence, entered_at=at,
        entered_by=actor,
    )  # fmt: skip
    session.add(ceiling)
    _record(session, operator, "ceiling_set", actor, at, price_fen=price_fen, valid_from=valid_from.isoformat())
    return ceiling


def ceilings_of(session: Session, *, operator_id: int) -> Sequence[PriceCeiling]:
    """List every ceiling ever entered, in the order of first days and of entry."""
    wanted = select(PriceCeiling).where(PriceCeiling.operator_id == operator_id)
    return session.scalars(wanted.order_by(PriceCeiling.valid_from, PriceCeiling.id)).all()


def price_ceiling(session: Session, *, canteen_id: int, on: date) -> int | None:
    """Return the dearest price in fen that the operator of a canteen may ask on a day, if there is a ceiling."""
    wanted = (
        select(PriceCeiling.price_fen)
        .join(Canteen, Canteen.operator_id == PriceCeiling.operator_id)
        .where(Canteen.id == canteen_id, PriceCeiling.valid_from <= on)
        .order_by(PriceCeiling.valid_from.desc(), PriceCeiling.id.desc())
        .limit(1)
    )
    return session.scalar(wanted)


def require_place(session: Session, region_code: str) -> None:
    """Refuse a place that is unknown, or beyond what the asker may see (``places.outside_scope``)."""
    region(session, code=region_code)
    scope = scope_of(session)
    if not scope.everywhere and not region_code.startswith(scope.region_prefixes):
        raise Denied("places.outside_scope", region=region_code)


def _in_reach(session: Session) -> ColumnElement[bool]:
    scope = scope_of(session)
    if scope.everywhere:
        return Operator.id.is_not(None)
    running = select(Canteen.operator_id).where(Canteen.id.in_(sorted(scope.canteen_ids)))
    kept = [Operator.region_code.startswith(prefix) for prefix in scope.region_prefixes]
    return or_(false(), *kept, Operator.id.in_(running))


def _locked(session: Session, operator_id: int) -> Operator:
    """Hold an operator, so that contracts are compared one after the other."""
    operator_by_id(session, operator_id=operator_id)
    return session.get_one(Operator, operator_id, with_for_update=True, populate_existing=True)


def _keep_contract(session: Session, operator: Operator, contract: Contract, action: str) -> Contract:
    session.add(contract)
    session.flush()
    _record(
        session, operator, action, contract.entered_by, contract.entered_at, number=contract.number,
        valid_from=contract.valid_from.isoformat(),
        valid_until=contract.valid_until.isoformat() if contract.valid_until else "",
    )  # fmt: skip
    return contract


def _keep_account(session: Session, operator: Operator, bank_name: str, bank_account: str) -> None:
    operator.bank_name = bank_name or None
    number = re.sub(r"[\s-]", "", bank_account)
    if not number:
        return
    if not _ACCOUNT.fullmatch(number):
        raise Invalid("places.bank_account_malformed")
    operator.bank_account_sealed = vault_of(session).seal(number)
    operator.bank_account_tail = number[-_TAIL:]


def _check_kind(kind: str) -> None:
    if kind not in OPERATORS:
        raise Invalid("places.operator_kind", kind=kind)


def _check_days(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("places.contract_days")


def _record(session: Session, operator: Operator, action: str, actor: str, at: datetime, **detail: object) -> None:
    session.flush()
    chain = f"region:{(operator.region_code or '')[:6]}" if operator.region_code else "nation"
    audit.record(session, chain=chain, at=at, actor=actor, action=action, subject=operator.ref, **detail)
