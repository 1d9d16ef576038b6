"""Know the dishes of a canteen and what it offers on a day.

Words: a *dish* is what the kitchen can cook; a *day menu* offers dishes for one meal of one day, each *item* at that
day's price and in a number of portions; its capacity is the number of orders that the kitchen takes.
"""

from canteen.menus.days import DayView, ItemView, day, offer, offered
from canteen.menus.dishes import add_dish, put_dish
from canteen.menus.portions import exchange, give_back, take
from canteen.menus.sold_out import sell_out
from canteen.menus.weeks import DAYS, copy_week, monday_of, week

__all__ = [
    "DAYS",
    "DayView",
    "ItemView",
    "add_dish",
    "copy_week",
    "day",
    "exchange",
    "give_back",
    "monday_of",
    "offer",
    "offered",
    "put_dish",
    "sell_out",
    "take",
    "week",
]
