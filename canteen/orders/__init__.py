"""Take orders for meals, change them, cancel them; know until when.

Words: a *wish* is a dish and how many; an *offer* is what the person would get and pay, read back before anything
moves; an *order* is one meal of one person. Invariants: one live order per person, day and meal (a partial unique
index); the kitchen is never oversold (check constraints behind conditional updates); the cut-off shown is the cut-off
enforced (one pure function); an allergy is a hard stop; the price agreed at ordering stays.
"""

from canteen.orders.board import Board, BoardLine, Counts, board, counts
from canteen.orders.cancel import cancel, cancel_all, cancelled_by_kitchen, give_up
from canteen.orders.cutoff import MEALS, MealHours, cutoff, meal_around, serves_from, serves_on, serves_until
from canteen.orders.doors import doors
from canteen.orders.exchange import Exchanged, exchange
from canteen.orders.find import (
    LIVE_STATES,
    OPEN_STATES,
    SERVED_STATES,
    Coming,
    coming,
    events,
    find,
    hours,
    latest,
    upcoming,
)
from canteen.orders.offers import MOST_PORTIONS, Offer, Wish, offer
from canteen.orders.place import place, placed_under, replace
from canteen.orders.tables import Order
from canteen.orders.timetable import Timetable, timetable

__all__ = [
    "LIVE_STATES",
    "MEALS",
    "MOST_PORTIONS",
    "OPEN_STATES",
    "SERVED_STATES",
    "Board",
    "BoardLine",
    "Coming",
    "Counts",
    "Exchanged",
    "MealHours",
    "Offer",
    "Order",
    "Timetable",
    "Wish",
    "board",
    "cancel",
    "cancel_all",
    "cancelled_by_kitchen",
    "coming",
    "counts",
    "cutoff",
    "doors",
    "events",
    "exchange",
    "find",
    "give_up",
    "hours",
    "latest",
    "meal_around",
    "offer",
    "place",
    "placed_under",
    "replace",
    "serves_from",
    "serves_on",
    "serves_until",
    "timetable",
    "upcoming",
]
