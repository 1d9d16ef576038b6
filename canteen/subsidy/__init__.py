"""Decide who pays which fen of a meal, by dated rules that are data.

Words: a *policy* is a published document with *versions*; a *quote* is its answer for one person and one meal; a
*chance* is one use of a counter (one meal a day, five a week); a *claim* is a chance taken by a served meal. The
rules themselves (`rules`, `values`, `language` and what they use) are pure; `gather` and `price` bring them the
facts, `publish` keeps policies for ever.

Always: price + delivery fee = subsidy + discount + delivery subsidy + own share. docs/subsidy.md describes the
algorithm and the language of policies.
"""

from canteen.subsidy.explain import accountant, facts_told, mended, spoken, why
from canteen.subsidy.gather import MEAL_COUNTER, Diner, Dossier, HeldChance, meal_window, read_dossier
from canteen.subsidy.late import Adjustment, Booked, compare
from canteen.subsidy.moving import move_claims, standing_claims
from canteen.subsidy.price import ChanceToClaim, MealToPrice, Priced, price, price_full, price_with
from canteen.subsidy.publish import publish
from canteen.subsidy.published import EDITION, Published, funder_code, published_of
from canteen.subsidy.quotes import Quote, Step
from canteen.subsidy.rules import quote
from canteen.subsidy.selection import select
from canteen.subsidy.shelf import lint, load, shipped, shipped_calendar, shipped_register, shipped_texts
from canteen.subsidy.sites import SiteMoney, site_money
from canteen.subsidy.trial import read_cases, try_all

__all__ = [
    "EDITION",
    "MEAL_COUNTER",
    "Adjustment",
    "Booked",
    "ChanceToClaim",
    "Diner",
    "Dossier",
    "HeldChance",
    "MealToPrice",
    "Priced",
    "Published",
    "Quote",
    "SiteMoney",
    "Step",
    "accountant",
    "compare",
    "facts_told",
    "funder_code",
    "lint",
    "load",
    "meal_window",
    "mended",
    "move_claims",
    "price",
    "price_full",
    "price_with",
    "publish",
    "published_of",
    "quote",
    "read_cases",
    "read_dossier",
    "select",
    "shipped",
    "shipped_calendar",
    "shipped_register",
    "shipped_texts",
    "site_money",
    "spoken",
    "standing_claims",
    "try_all",
    "why",
]
