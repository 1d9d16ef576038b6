"""Tell the kitchen what to cook and for whom, in numbered sheets.

Words: a *portion* is what one order asks of the kitchen; a *sheet* is the list of portions of a meal as it was locked
and numbered at the cut-off; *changes* are the portions that came, went or became others since. A sheet is append only
and its number is given once (a unique constraint decides); what may harm a diner is never kept in it but read anew.
"""

from canteen.kitchen.buildings import building_of, by_building, floor_of
from canteen.kitchen.cooks import end, enter, issue, listed, tell
from canteen.kitchen.portions import Allergy, Cooked, allergies, cooked
from canteen.kitchen.rules import Change, Changes, Group, Total, by_mode, changes, totals
from canteen.kitchen.sheets import current, due, lock, renumber, sheet
from canteen.kitchen.values import Meal, Portion, Sheet

__all__ = [
    "Allergy", "Change", "Changes", "Cooked", "Group", "Meal", "Portion", "Sheet", "Total", "allergies",
    "building_of", "by_building", "by_mode", "changes", "cooked", "current", "due", "end", "enter", "floor_of",
    "issue", "listed", "lock", "renumber", "sheet", "tell", "totals",
]  # fmt: skip
