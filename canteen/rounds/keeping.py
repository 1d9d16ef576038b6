"""Keep plans in versions, added one at a time and never changed; the highest published one is in force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen import delivery
from canteen.foundation.clock import local
from canteen.foundation.errors import Conflict, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.orders.tables import Order
from canteen.rounds.posing import Document, text_of
from canteen.rounds.record import record
from canteen.rounds.tables import Courier, LeftOut, PlannedStop, Publication, Round, RoundPlan

CLOSED = "building_closed"


@dataclass(frozen=True)
class Made:
    """Hold a plan with its problem, ready to be kept; `shut` are orders whose building is closed."""

    document: Document
    plan: delivery.Plan
    cause: str
    subject: str = ""
    shut: tuple[str, ...] = ()
    hand: delivery.Plan | None = None
    case: delivery.Case = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "case", delivery.read_case(text_of(self.document)))


def begin(session: Session, *, canteen_id: int, service_date: date, meal: str) -> Round:
    """Return the round of a canteen's meal, entered where it is new; two who begin it at once begin one."""
    values = {
        "canteen_id": canteen_id, "service_date": service_date, "meal": meal, "ref": new_reference("T"),
        "latest_version": 0,
    }  # fmt: skip
    keys = ["canteen_id", "service_date", "meal"]
    if session.connection().dialect.name == "postgresql":
        session.execute(postgresql.insert(Round).values(**values).on_conflict_do_nothing(index_elements=keys))
    else:
        session.execute(sqlite.insert(Round).values(**values).on_conflict_do_nothing(index_elements=keys))
    found = round_on(session, canteen_id=canteen_id, service_date=service_date, meal=meal)
    if found is None:
        raise NotFound("rounds.no_such_round")
    return found


def round_on(session: Session, *, canteen_id: int, service_date: date, meal: str) -> Round | None:
    """Return the round of a canteen's meal, None where nobody has planned it."""
    return session.scalars(
        select(Round).where(Round.canteen_id == canteen_id, Round.service_date == service_date, Round.meal == meal)
    ).one_or_none()


def locked_round(session: Session, *, round_id: int) -> Round:
    """Hold the row of a round until the end of the act, so that versions follow one another."""
    wanted = select(Round).where(Round.id == round_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def version(session: Session, *, round_id: int, number: int) -> RoundPlan:
    """Return a version of a round's plan; ``rounds.no_such_plan``."""
    found = session.scalars(
        select(RoundPlan).where(RoundPlan.round_id == round_id, RoundPlan.version == number)
    ).one_or_none()
    if found is None:
        raise NotFound("rounds.no_such_plan")
    return found


def versions(session: Session, *, round_id: int) -> list[RoundPlan]:
    """List the versions of a round's plan, the newest first."""
    wanted = select(RoundPlan).where(RoundPlan.round_id == round_id).order_by(RoundPlan.version.desc())
    return list(session.scalars(wanted))


def keep(session: Session, held: Round, made: Made, *, after: int, actor: str, at: datetime) -> RoundPlan:
    """Add a version, on a round whose row is held; what breaks a rule is not kept.

    ``rounds.newer_plan`` where another version came after the one that was looked at; ``rounds.plan_breaks_rules``.
    """
    if held.latest_version != after:
        raise Conflict("rounds.newer_plan")
    checked(made.case, made.plan)
    hand = made.hand or delivery.nearest_neighbour(made.case)
    kept = RoundPlan(
        round_id=held.id,
        canteen_id=held.canteen_id,
        version=after + 1,
        cause=made.cause,
        subject=made.subject,
        made_at=at,
        made_by=actor,
        input_hash=made.case.input_hash,
        problem=text_of(made.document),
        solution=delivery.write_plan(replace(made.plan, input_hash=made.case.input_hash)),
        cost=delivery.cost(made.case, made.plan.trips),
        left_count=len(made.plan.unserved) + len(made.shut),
        hand_cost=delivery.cost(made.case, hand.trips),
        hand_left=len(hand.unserved) + len(made.shut),
    )
    session.add(kept)
    held.latest_version = after + 1
    session.flush()
    _lay_out(session, held, kept, made)
    return kept


def checked(case: delivery.Case, plan: delivery.Plan) -> None:
    """Refuse a plan that the verifier rejects: ``rounds.plan_breaks_rules``."""
    broken = delivery.verify(case, plan)
    if broken:
        raise Refused("rounds.plan_breaks_rules", rule=broken[0].rule, subject=broken[0].subject, count=len(broken))


def publish(session: Session, held: Round, *, number: int, actor: str, at: datetime) -> None:
    """Let the newest version go out, once; ``rounds.newer_plan`` for an older one, ``rounds.published_already``.

    The verifier looks again: what it rejects is never published.
    """
    if number != held.latest_version:
        raise Conflict("rounds.newer_plan")
    if held.published_version == number:
        raise Refused("rounds.published_already")
    plan = version(session, round_id=held.id, number=number)
    checked(delivery.read_case(plan.problem), delivery.read_plan(plan.solution))
    session.add(Publication(round_id=held.id, canteen_id=held.canteen_id, version=number, at=at, actor=actor))
    held.published_version = number
    record(session, held.canteen_id, "round.publish", subject=held.ref, actor=actor, at=at, version=number)


def instant(service_date: date, second: int) -> datetime:
    """Return the instant of a second after local midnight."""
    return local(service_date, 0) + timedelta(seconds=second)


def second(service_date: date, at: datetime) -> int:
    """Return an instant in seconds after local midnight of a day."""
    return int((at - local(service_date, 0)).total_seconds())


def _lay_out(session: Session, held: Round, kept: RoundPlan, made: Made) -> None:
    """Write stops and what is left out as rows, so that a question about one order is one look."""
    named = [stop.order for trip in made.plan.trips for stop in trip.stops]
    named += [left.order for left in made.plan.unserved] + list(made.shut)
    orders = _keys(session, Order, named)
    couriers = _keys(session, Courier, [trip.courier for trip in made.plan.trips])
    ordinal = dict.fromkeys(couriers, 0)
    for trip in sorted(made.plan.trips, key=lambda trip: trip.depart):
        ordinal[trip.courier] += 1
        session.add_all(
            PlannedStop(
                plan_id=kept.id, canteen_id=held.canteen_id, order_id=orders[stop.order],
                courier_id=couriers[trip.courier], trip=ordinal[trip.courier], position=position,
                departs_at=instant(held.service_date, trip.depart), due_at=instant(held.service_date, stop.start),
            )
            for position, stop in enumerate(trip.stops, 1)
        )  # fmt: skip
    left = {one.order: (str(one.reason), _remedy(one.remedy)) for one in made.plan.unserved}
    left |= {ref: (CLOSED, {}) for ref in made.shut}
    session.add_all(
        LeftOut(plan_id=kept.id, canteen_id=held.canteen_id, order_id=orders[ref], reason=reason, remedy=remedy)
        for ref, (reason, remedy) in left.items()
    )
    session.flush()


def _keys(session: Session, table: type[Order] | type[Courier], refs: list[str]) -> Mapping[str, int]:
    return {row[0]: row[1] for row in session.execute(select(table.ref, table.id).where(table.ref.in_(set(refs))))}


def _remedy(remedy: delivery.Remedy | None) -> dict[str, object]:
    if remedy is None:
        return {}
    said = {"kind": remedy.kind, "skills": list(remedy.skills), "start": remedy.start, "end": remedy.end}
    return {name: value for name, value in {**said, "amount": remedy.amount}.items() if value not in (None, [])}


def standing(session: Session, held: Round) -> tuple[Document, delivery.Case, delivery.Plan, RoundPlan]:
    """Return problem and plan of the newest version; ``rounds.no_such_plan`` before the first."""
    kept = version(session, round_id=held.id, number=held.latest_version)
    document: Document = json.loads(kept.problem)
    return document, delivery.read_case(kept.problem), delivery.read_plan(kept.solution), kept
