"""Understand what an old person, or a child of one, says to the canteen.

Pure: no database, no clock. `understand` takes the text, the day, the live menu and what was just asked, and gives
acts; an act states only what was said. The steps, one file each:

``normalise`` (script, width, blanks, misheard words) -> ``clauses`` (self-corrections, separate requests) ->
``dates``, ``meals``, ``people``, ``dishes`` (slots, each takes its words out of the text) -> ``intents`` (what is
wanted) -> ``reading`` (joins the clauses into acts).

Words are data in ``lexicon/``; the code holds rules only. Nobody acts on a guess: what is not understood is
``out_of_scope``, never an order.
"""

from bot.understanding.acts import Act, Asked, Canteen, Dish, Item, Lexemes
from bot.understanding.reading import at_once, glimpse, is_undo, requests, understand, without_menu
from bot.understanding.written import written

__all__ = [
    "Act",
    "Asked",
    "Canteen",
    "Dish",
    "Item",
    "Lexemes",
    "at_once",
    "glimpse",
    "is_undo",
    "requests",
    "understand",
    "without_menu",
    "written",
]
