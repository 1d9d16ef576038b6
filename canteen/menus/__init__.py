"""Know the dishes of a canteen and what it offers on a day.

Words: a *dish* is what the kitchen can cook; a *day menu* offers dishes for one meal of one day, each *item* at that
day's price and in a number of portions; its capacity is the number of orders that the kitchen takes.
"""

from canteen.menus.days import DayView, ItemView, day, offer, offered
from canteen.menus.dishes import add_dish, put_dish
from canteen.menus.portions import exchange, give_back, take
from canteen.menus.sold_out import sell_out

__all__ = [
    "DayView",
    "ItemView",
    "add_dish",
    "day",
    "exchange",
    "give_back",
    "offer",
    "offered",
    "put_dish",
    "sell_out",
    "take",
]
