"""Tell the kitchen what to cook and for whom, in numbered sheets.

Words: a *portion* is what one order asks of the kitchen; a *sheet* is the list of portions of a meal as it was locked
and numbered at the cut-off; *changes* are the portions that came, went or became others since. A sheet is append only
and its number is given once (a unique constraint decides); what may harm a diner is never kept in it but read anew.
"""

from canteen.kitchen.buildings import building_of, by_building, floor_of
from canteen.kitchen.calls import Call, call_list
from canteen.kitchen.closing import Nearest, close, nearest
from canteen.kitchen.cooks import end, enter, issue, listed, tell
from canteen.kitchen.dispatch import Need, Sent, dispatch, needs, receive, sent_from, sent_to
from canteen.kitchen.forecast import Expected, Outlook, outlook, portions_by_day
from canteen.kitchen.incident import Eaten, dishes_eaten, eaters, sites_of
from canteen.kitchen.labels import Label, labels
from canteen.kitchen.portions import Allergy, Cooked, allergies, cooked
from canteen.kitchen.ready import Tray, call, ready_numbers, trays
from canteen.kitchen.rules import Change, Changes, Group, Total, by_mode, changes, totals
from canteen.kitchen.sheets import current, due, lock, renumber, sheet
from canteen.kitchen.swap import Swapped, orders_with, swap
from canteen.kitchen.values import Meal, Portion, Sheet

__all__ = [
    "Allergy", "Call", "Change", "Changes", "Cooked", "Eaten", "Expected", "Group", "Label", "Meal", "Nearest",
    "Need", "Outlook", "Portion", "Sent", "Sheet", "Swapped", "Total", "Tray", "allergies", "building_of",
    "by_building", "by_mode", "call", "call_list", "changes", "close", "cooked", "current", "dishes_eaten",
    "dispatch", "due", "eaters", "end", "enter", "floor_of", "issue", "labels", "listed", "lock", "nearest", "needs",
    "orders_with", "outlook", "portions_by_day", "ready_numbers", "receive", "renumber", "sent_from", "sent_to",
    "sheet", "sites_of", "swap", "tell", "totals", "trays",
]  # fmt: skip
