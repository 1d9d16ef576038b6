"""Carry the meals of a day out: who lives where, who carries, which plan is in force, what happened at each door.

Words: a *building* has one pin and one entrance; a *courier* is paid, a volunteer or a neighbour; a *round* is one meal
of one day of one canteen; its *plan* comes in versions that are added and never changed; one *goes out* when a manager
approves it, and from then on only single orders are put in, taken out or handed over. `delivery` finds and checks
plans and looks nothing up; here they are asked for, kept and followed. Invariants: one plan of a round is in force,
also when two are made at once; nothing goes out that the verifier rejects; a message of a courier is one event however
often and late it comes; a meal is handed over once.
"""

from canteen.rounds.building_list import BuildingList, read_building_list, take_building_list
from canteen.rounds.buildings import (
    Pin,
    add_building,
    building,
    buildings,
    change_building,
    close_building,
    is_closed,
    pin_of,
    place_of,
    reopen_building,
    settle,
)
from canteen.rounds.cash import Purse, hand_in, purse
from canteen.rounds.changes import Moved, difference, hand_over, keep_up, move, try_move
from canteen.rounds.couriers import (
    Terms,
    absent_on,
    add_courier,
    be_absent,
    change_courier,
    courier,
    courier_of,
    couriers,
    end_courier,
    obstacle,
    warnings,
)
from canteen.rounds.datum import to_gcj02, to_wgs84
from canteen.rounds.diff import Difference, Standing, between
from canteen.rounds.doors import (
    FINAL,
    HELPERS,
    Happening,
    boxes_back,
    check,
    events_of,
    is_handed,
    is_name_of,
    note,
    noted,
    problems,
    report_problem,
    solve_problem,
)
from canteen.rounds.due import Due
from canteen.rounds.following import follow
from canteen.rounds.keeping import locked_round, publish, round_on, standing, version, versions
from canteen.rounds.outliers import far_off
from canteen.rounds.planning import due_now, plan, plan_due
from canteen.rounds.posing import pose, terms_of
from canteen.rounds.refusals import Refused, keep_refused, refused_on
from canteen.rounds.tables import DATUMS, EVENTS, Building, Courier, DoorEvent, DoorPlace, Round, RoundPlan
from canteen.rounds.terms import Asked, set_terms
from canteen.rounds.timebank import Earned, balance, credit, credit_visit, earned_between, spend
from canteen.rounds.troubles import Trouble, note_trouble, trouble_of
from canteen.rounds.views import (
    Coming,
    Door,
    Left,
    StopView,
    has_departed,
    left_out,
    open_doors,
    promised,
    stops,
    where_is,
    whereabouts,
)

__all__ = [
    "DATUMS",
    "EVENTS",
    "FINAL",
    "HELPERS",
    "Asked",
    "Building",
    "BuildingList",
    "Coming",
    "Courier",
    "Difference",
    "Door",
    "DoorEvent",
    "DoorPlace",
    "Due",
    "Earned",
    "Happening",
    "Left",
    "Moved",
    "Pin",
    "Purse",
    "Refused",
    "Round",
    "RoundPlan",
    "Standing",
    "StopView",
    "Terms",
    "Trouble",
    "absent_on",
    "add_building",
    "add_courier",
    "balance",
    "be_absent",
    "between",
    "boxes_back",
    "building",
    "buildings",
    "change_building",
    "change_courier",
    "check",
    "close_building",
    "courier",
    "courier_of",
    "couriers",
    "credit",
    "credit_visit",
    "difference",
    "due_now",
    "earned_between",
    "end_courier",
    "events_of",
    "far_off",
    "follow",
    "hand_in",
    "hand_over",
    "has_departed",
    "is_closed",
    "is_handed",
    "is_name_of",
    "keep_refused",
    "keep_up",
    "left_out",
    "locked_round",
    "move",
    "note",
    "note_trouble",
    "noted",
    "obstacle",
    "open_doors",
    "pin_of",
    "place_of",
    "plan",
    "plan_due",
    "pose",
    "problems",
    "promised",
    "publish",
    "purse",
    "read_building_list",
    "refused_on",
    "reopen_building",
    "report_problem",
    "round_on",
    "set_terms",
    "settle",
    "solve_problem",
    "spend",
    "standing",
    "stops",
    "take_building_list",
    "terms_of",
    "to_gcj02",
    "to_wgs84",
    "trouble_of",
    "try_move",
    "version",
    "versions",
    "warnings",
    "where_is",
    "whereabouts",
]
