"""Decide who pays which fen of a meal, by dated rules that are data.

Words: a *policy* is a published document with *versions*; a *quote* is its answer for one person and one meal; a
*chance* is one use of a counter (one meal a day, five a week); a *claim* is a chance taken by a served meal. The
rules themselves (`rules`, `values`, `language` and what they use) are pure; `gather` and `price` bring them the
facts, `publish` keeps policies for ever.

Always: price + delivery fee = subsidy + discount + delivery subsidy + own share. docs/subsidy.md describes the
algorithm and the language of policies.
"""

from canteen.subsidy.again import Rulebook, price_again, read_draft, rulebook, with_draft
from canteen.subsidy.explain import accountant, facts_told, mended, spoken, why
from canteen.subsidy.gather import Diner, Dossier, HeldChance, meal_window, read_dossier
from canteen.subsidy.histories import HeldClaim, History, held_claims, read_histories
from canteen.subsidy.late import Adjustment, Booked, compare
from canteen.subsidy.policy import Policy
from canteen.subsidy.price import ChanceToClaim, MealToPrice, Priced, claims_of, price, price_full, price_with
from canteen.subsidy.publish import publish, published_texts
from canteen.subsidy.published import EDITION, Published, funder_code, published_of
from canteen.subsidy.quotes import Parts, Quote, Step
from canteen.subsidy.rules import quote
from canteen.subsidy.selection import policy_of_site, select
from canteen.subsidy.shelf import lint, load, shipped, shipped_calendar, shipped_register, shipped_texts
from canteen.subsidy.sites import GrantLine, SiteMoney, site_money
from canteen.subsidy.trial import read_cases, try_all
from canteen.subsidy.values import Place, Site, Usage, UsedChance
from canteen.subsidy.weighing import Standing, Weighed, benefit_fen, paid_parts, weigh

__all__ = [
    "EDITION",
    "Adjustment",
    "Booked",
    "ChanceToClaim",
    "Diner",
    "Dossier",
    "GrantLine",
    "HeldChance",
    "HeldClaim",
    "History",
    "MealToPrice",
    "Parts",
    "Place",
    "Policy",
    "Priced",
    "Published",
    "Quote",
    "Rulebook",
    "Site",
    "SiteMoney",
    "Standing",
    "Step",
    "Usage",
    "UsedChance",
    "Weighed",
    "accountant",
    "benefit_fen",
    "claims_of",
    "compare",
    "facts_told",
    "funder_code",
    "held_claims",
    "lint",
    "load",
    "meal_window",
    "mended",
    "paid_parts",
    "policy_of_site",
    "price",
    "price_again",
    "price_full",
    "price_with",
    "publish",
    "published_of",
    "published_texts",
    "quote",
    "read_cases",
    "read_dossier",
    "read_draft",
    "read_histories",
    "rulebook",
    "select",
    "shipped",
    "shipped_calendar",
    "shipped_register",
    "shipped_texts",
    "site_money",
    "spoken",
    "try_all",
    "weigh",
    "why",
    "with_draft",
]
