"""Gather every table with its triggers, for migrations and tests."""

from __future__ import annotations

from sqlalchemy import Table

from canteen import audit
from canteen.access import tables as access
from canteen.anomalies import tables as anomalies
from canteen.checkin import guards as _checkin_guards
from canteen.checkin import tables as checkin
from canteen.eligibility import guards as _eligibility_guards
from canteen.eligibility import tables as eligibility
from canteen.foundation.db import Base
from canteen.foundation.guards import append_only, frozen_columns
from canteen.kitchen import tables as kitchen
from canteen.ledger import guards as _ledger_guards
from canteen.ledger import tables as ledger
from canteen.menus import tables as menus
from canteen.notices import tables as notices
from canteen.orders import guards as _orders_guards
from canteen.orders import tables as orders
from canteen.places import tables as places
from canteen.rounds import tables as rounds
from canteen.safety import tables as safety
from canteen.seniors import tables as seniors
from canteen.settlement import tables as settlement
from canteen.standing import guards as _standing_guards
from canteen.standing import tables as standing
from canteen.subsidy import guards as _subsidy_guards
from canteen.subsidy import tables as subsidy
from canteen.tickets import tables as tickets
from canteen.tills import tables as tills
from canteen.treasury import guards as _treasury_guards
from canteen.treasury import tables as treasury
from canteen.welfare import tables as welfare

metadata = Base.metadata

for _table in (
    audit.AuditRow, places.Contract, places.PriceCeiling, places.RegionChange, places.Rating, seniors.Fact,
    seniors.BindingTry,
):  # fmt: skip
    append_only(_table.__table__)
for _kept in (
    settlement.AdjustmentCause, settlement.AdjustmentProposal, settlement.AdjustmentDecision, settlement.SiteFact,
    settlement.WhatIfRun, settlement.WhatIfResult,
):  # fmt: skip
    append_only(_kept.__table__)
for _numbered in (kitchen.PrepSheet, kitchen.DispatchNote, kitchen.DispatchReceipt):
    append_only(_numbered.__table__)
append_only(tills.TillCount.__table__)
append_only(notices.PhoneCallMark.__table__)
for _shown in (
    safety.FoodSample, safety.SampleDiscard, safety.TemperatureReading, safety.DailyCheck, safety.HealthCertificate,
    safety.InspectionDraw, safety.Inspection, safety.InspectionFinding, safety.Rectification,
):  # fmt: skip
    append_only(_shown.__table__)
for _told in (
    welfare.WelfareStep, welfare.Visit,
    rounds.RoundPlan, rounds.Publication, rounds.PlannedStop, rounds.LeftOut, rounds.DoorEvent, rounds.CourierCash,
    rounds.TimeEntry, rounds.DoorRefusal,
):  # fmt: skip
    append_only(_told.__table__)
for _found in (
    anomalies.AnomalyThreshold, anomalies.AnomalyFinding, anomalies.AnomalyStep, anomalies.SpotSample,
    anomalies.SpotMeal, anomalies.SpotAnswer,
):  # fmt: skip
    append_only(_found.__table__)
frozen_columns(settlement.Statement.__table__, "state")
frozen_columns(settlement.StatedEntry.__table__, "is_live")

# Tables in which the application role may change or delete rows; all others it may only read and add to.
CHANGES = (
    "audit_heads", "binding_slips", "books", "canteens", "cards", "closed_days", "consents", "contacts",
    "conversations", "day_menus", "dishes", "family_links", "family_requests", "grants", "login_failures",
    "meal_services", "menu_items", "notices",
    "operators", "orders", "order_lines", "periods", "persons", "regions", "roles", "staff", "staff_sessions",
    "stated_entries", "statements", "typed_numbers", "wechat_accounts", "wechat_tokens", "seen_messages",
    "calendar_days", "accounts", "funders", "code_links", "help_tickets", "miniprogram_logins", "policy_drafts", "pots",
    "column_names", "cook_accounts", "cook_slips", "pickup_calls",
    "utterances", "roster_imports", "roster_persons", "region_points", "whatif_progress",
    "standing_orders", "standing_pauses", "standing_occurrences", "standing_runs",
    "devices", "offline_scans",
    "buildings", "delivery_places", "couriers", "courier_absences", "delivery_terms", "delivery_rounds",
    "planning_troubles",
    "door_problems", "welfare_tasks", "welfare_terms",
    "notice_tries", "phone_calls", "notice_grants_held", "recordings",
)  # fmt: skip
MUTABLE = frozenset(CHANGES)


def table(name: str) -> Table:
    """Return a table by its name."""
    return metadata.tables[name]


__all__ = [
    "MUTABLE", "access", "anomalies", "audit", "checkin", "eligibility", "kitchen", "ledger", "menus", "metadata",
    "notices", "orders", "places", "rounds", "safety", "seniors", "settlement", "standing", "subsidy", "table",
    "tickets", "tills", "treasury", "welfare",
]  # fmt: skip
_ = (
    _checkin_guards, _eligibility_guards, _ledger_guards, _orders_guards, _standing_guards, _subsidy_guards,
    _treasury_guards,
)  # fmt: skip
