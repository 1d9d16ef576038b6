"""Store buildings and doors, couriers, plans in versions, and what happened at each door."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.columns import Day, Fen, Instant, Json, Key, Line, Prose, Sealed, Word, one_of
from canteen.foundation.db import Base, OfCanteen
from canteen.places.tables import MEALS

DATUMS = ("gcj02", "wgs84", "bd09")
KINDS = ("paid", "volunteer", "neighbour")
CAUSES = ("planned", "late_order", "cancelled", "absent", "closed", "moved")
EVENTS = ("departed", "handed", "left_with_helper", "no_answer", "failed", "box_back")
_FINAL = text("event IN ('handed', 'left_with_helper')")


class Building(OfCanteen, Base):
    """Name a building that a canteen carries meals to: one entrance, one pin.

    Without a pin it is planned at the kitchen's own village and flagged. Coordinates stand as they were given, with the
    system they were given in.
    """

    __tablename__ = "buildings"
    __table_args__ = (
        one_of("datum", *DATUMS),
        UniqueConstraint("canteen_id", "name"),
        CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="pin"),
        CheckConstraint("latitude_e6 BETWEEN -90000000 AND 90000000", name="latitude"),
        CheckConstraint("longitude_e6 BETWEEN -180000000 AND 180000000", name="longitude"),
        CheckConstraint("closed_until IS NULL OR closed_from < closed_until", name="closed"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    has_lift: Mapped[bool] = mapped_column(default=False)
    note: Mapped[Line] = mapped_column(default="")
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    datum: Mapped[Word] = mapped_column(default="gcj02")
    pinned_by: Mapped[Word] = mapped_column(default="")
    closed_from: Mapped[Day | None]
    closed_until: Mapped[Day | None]
    closed_reason: Mapped[Line] = mapped_column(default="")


class DoorPlace(OfCanteen, Base):
    """Say in which building of a canteen a person is brought meals, and what the courier has to know there.

    ``needs`` are skills that a courier must have; minutes after midnight bound the hour that was asked for.
    """

    __tablename__ = "delivery_places"
    __table_args__ = (
        UniqueConstraint("canteen_id", "person_id"),
        CheckConstraint("earliest_minute IS NULL OR earliest_minute <= latest_minute", name="hours"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"), index=True)
    floor: Mapped[int] = mapped_column(default=1)
    note_sealed: Mapped[Sealed | None]
    needs: Mapped[Json] = mapped_column(default=list)
    earliest_minute: Mapped[int | None]
    latest_minute: Mapped[int | None]
    usual_courier_id: Mapped[int | None] = mapped_column(ForeignKey("couriers.id"))
    set_at: Mapped[Instant]
    set_by: Mapped[Line]


class Courier(OfCanteen, Base):
    """Name somebody who carries meals: when, how many, with which skills, and until when papers are valid."""

    __tablename__ = "couriers"
    __table_args__ = (
        one_of("kind", *KINDS),
        CheckConstraint("capacity > 0 AND max_trips > 0 AND reload_minutes >= 0", name="capacity"),
        CheckConstraint("starts_minute < ends_minute", name="hours"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    kind: Mapped[Word]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    team: Mapped[Line] = mapped_column(default="")
    capacity: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    weekdays: Mapped[Word] = mapped_column(default="1234567")
    max_trips: Mapped[int] = mapped_column(default=2)
    reload_minutes: Mapped[int] = mapped_column(default=5)
    skills: Mapped[Json] = mapped_column(default=list)
    insured_until: Mapped[Day | None]
    health_until: Mapped[Day | None]
    ended_on: Mapped[Day | None]


class CourierAbsence(OfCanteen, Base):
    """Say that a courier does not come on a day."""

    __tablename__ = "courier_absences"
    __table_args__ = (UniqueConstraint("courier_id", "absent_on"),)

    id: Mapped[Key]
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    absent_on: Mapped[Day]
    reason: Mapped[Line]
    at: Mapped[Instant]
    actor: Mapped[Line]


class DeliveryTerms(OfCanteen, Base):
    """Keep what a canteen asks of its plans; a canteen without a row has what the columns say by default."""

    __tablename__ = "delivery_terms"
    __table_args__ = (
        UniqueConstraint("canteen_id"),
        CheckConstraint("hot_limit_minutes BETWEEN 5 AND 240", name="hot_limit"),
        CheckConstraint("door_seconds BETWEEN 10 AND 900 AND floor_seconds BETWEEN 0 AND 120", name="door"),
        CheckConstraint("lead_minutes BETWEEN 0 AND 120 AND moved_seconds BETWEEN 0 AND 600", name="lead"),
    )

    id: Mapped[Key]
    hot_limit_minutes: Mapped[int] = mapped_column(default=45)
    lead_minutes: Mapped[int] = mapped_column(default=30)
    door_seconds: Mapped[int] = mapped_column(default=90)
    floor_seconds: Mapped[int] = mapped_column(default=15)
    moved_seconds: Mapped[int] = mapped_column(default=90)


class Round(OfCanteen, Base):
    """Hold one meal of one day that a canteen carries out; its row is locked by whoever adds a version."""

    __tablename__ = "delivery_rounds"
    __table_args__ = (
        UniqueConstraint("canteen_id", "service_date", "meal"),
        one_of("meal", *MEALS),
        CheckConstraint("published_version IS NULL OR published_version <= latest_version", name="versions"),
    )

    id: Mapped[Key]
    ref: Mapped[Word] = mapped_column(unique=True)
    service_date: Mapped[Day]
    meal: Mapped[Word]
    latest_version: Mapped[int] = mapped_column(default=0)
    published_version: Mapped[int | None]


class PlanningTrouble(OfCanteen, Base):
    """Keep why a meal could not be planned by itself, how often that was tried, and when it is tried again."""

    __tablename__ = "planning_troubles"
    __table_args__ = (
        UniqueConstraint("canteen_id", "service_date", "meal"),
        CheckConstraint("tries > 0", name="tries"),
    )

    id: Mapped[Key]
    service_date: Mapped[Day]
    meal: Mapped[Word]
    tries: Mapped[int]
    reason: Mapped[Word]
    last_at: Mapped[Instant]
    next_at: Mapped[Instant | None]


class RoundPlan(OfCanteen, Base):
    """Keep one version of a plan: what was asked, what was found, how it can be found again; append only.

    ``problem`` is a `delivery-case/1`, ``solution`` a `delivery-plan/1`; both name orders, buildings and couriers by
    reference and hold nothing personal. ``hand_*`` is what going to the nearest door next would give.
    """

    __tablename__ = "delivery_plans"
    __table_args__ = (UniqueConstraint("round_id", "version"), one_of("cause", *CAUSES))

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("delivery_rounds.id"))
    version: Mapped[int]
    cause: Mapped[Word]
    subject: Mapped[Line]
    made_at: Mapped[Instant]
    made_by: Mapped[Line]
    input_hash: Mapped[Line]
    problem: Mapped[Prose]
    solution: Mapped[Prose]
    cost: Mapped[int]
    left_count: Mapped[int]
    hand_cost: Mapped[int]
    hand_left: Mapped[int]


class Publication(OfCanteen, Base):
    """Say who let a version go out; append only, the highest of a round is in force."""

    __tablename__ = "delivery_publications"
    __table_args__ = (UniqueConstraint("round_id", "version"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("delivery_rounds.id"))
    version: Mapped[int]
    at: Mapped[Instant]
    actor: Mapped[Line]


class PlannedStop(OfCanteen, Base):
    """Put an order on a trip of a version, with the time; append only."""

    __tablename__ = "delivery_stops"
    __table_args__ = (
        UniqueConstraint("plan_id", "order_id"),
        UniqueConstraint("plan_id", "courier_id", "trip", "position"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plans.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"), index=True)
    trip: Mapped[int]
    position: Mapped[int]
    departs_at: Mapped[Instant]
    due_at: Mapped[Instant]


class LeftOut(OfCanteen, Base):
    """Leave an order out of a version, with a reason and what would help; append only."""

    __tablename__ = "delivery_left"
    __table_args__ = (UniqueConstraint("plan_id", "order_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("delivery_plans.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    reason: Mapped[Word]
    remedy: Mapped[Json] = mapped_column(default=dict)


class DoorEvent(OfCanteen, Base):
    """Keep what a courier did on the way or at a door; append only.

    The reference is made by the telephone, so that the same message twice is one event. A meal is handed over once.
    """

    __tablename__ = "door_events"
    __table_args__ = (
        one_of("event", *EVENTS),
        one_of("proof", "", "code", "name"),
        Index(
            "uq_door_events_handed_once", "order_id", unique=True, sqlite_where=_FINAL, postgresql_where=_FINAL
        ),
        Index("ix_door_events_round_id", "round_id"),
    )  # fmt: skip

    event_id: Mapped[Word] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("delivery_rounds.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    courier_id: Mapped[int | None] = mapped_column(ForeignKey("couriers.id"))
    event: Mapped[Word]
    trip: Mapped[int | None]
    proof: Mapped[Word] = mapped_column(default="")
    helper_kind: Mapped[Word] = mapped_column(default="")
    helper_sealed: Mapped[Sealed | None]
    boxes: Mapped[int] = mapped_column(default=0)
    happened_at: Mapped[Instant]
    received_at: Mapped[Instant]
    actor: Mapped[Line]


class DoorRefusal(OfCanteen, Base):
    """Keep what a telephone told of a door and was not taken, and why; append only, the first report stands."""

    __tablename__ = "door_refusals"
    __table_args__ = (Index("ix_door_refusals_canteen_id_received_at", "canteen_id", "received_at"),)

    event_id: Mapped[Word] = mapped_column(primary_key=True)
    order_ref: Mapped[Word]
    event: Mapped[Word]
    reason: Mapped[Line]
    told_sealed: Mapped[Sealed | None]
    happened_at: Mapped[Instant]
    received_at: Mapped[Instant]
    actor: Mapped[Line]


class DoorProblem(OfCanteen, Base):
    """Keep a problem that a courier met at a building, until the office has seen to it."""

    __tablename__ = "door_problems"

    event_id: Mapped[Word] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"), index=True)
    note_sealed: Mapped[Sealed]
    reported_at: Mapped[Instant]
    reported_by: Mapped[Line]
    solved_at: Mapped[Instant | None]
    solved_by: Mapped[Line | None]


class CourierCash(OfCanteen, Base):
    """Keep that a courier handed cash in: what was due, what was counted, who gave and who took; append only."""

    __tablename__ = "courier_cash"
    __table_args__ = (
        CheckConstraint("counted_fen >= 0 AND due_fen >= 0", name="amounts"),
        CheckConstraint("given_by <> taken_by", name="two_people"),
    )

    event_id: Mapped[Word] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("delivery_rounds.id"), index=True)
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"))
    due_fen: Mapped[Fen]
    counted_fen: Mapped[Fen]
    given_by: Mapped[Line]
    taken_by: Mapped[Line]
    note: Mapped[Line] = mapped_column(default="")
    at: Mapped[Instant]


class TimeEntry(OfCanteen, Base):
    """Keep minutes that a volunteer earned, spent, gave or received; append only, no money."""

    __tablename__ = "time_entries"
    __table_args__ = (
        one_of("kind", "earned", "spent", "given", "received"),
        CheckConstraint("(minutes > 0) = (kind IN ('earned', 'received')) AND minutes <> 0", name="minutes"),
    )

    id: Mapped[Key]
    courier_id: Mapped[int] = mapped_column(ForeignKey("couriers.id"), index=True)
    key: Mapped[Line] = mapped_column(unique=True)
    minutes: Mapped[int]
    kind: Mapped[Word]
    reason: Mapped[Line]
    at: Mapped[Instant]
    actor: Mapped[Line]
