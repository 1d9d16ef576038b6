"""Decide who pays which fen of a meal, by dated rules that are data.

Words: a *policy* is a published document with *versions*; a *quote* is its answer for one person and one meal; a
*chance* is one use of a counter (one meal a day, five a week); a *claim* is a chance taken by a served meal. The
rules themselves (`rules`, `values`, `language` and what they use) are pure; `gather` and `price` bring them the
facts, `publish` keeps policies for ever.

Always: price + delivery fee = subsidy + discount + delivery subsidy + own share. docs/subsidy.md describes the
algorithm and the language of policies.
"""

from canteen.subsidy import form
from canteen.subsidy.again import Rulebook, price_again, read_draft, rulebook, with_draft
from canteen.subsidy.categories import DatedRegister, category_entries, dated_register, end_category, enter_category
from canteen.subsidy.checked import LONGEST_TEXT, Around, Checked, check, named_in
from canteen.subsidy.drafts import (
    LARGEST_SCAN,
    attach_scan,
    begin_draft,
    draft,
    draft_of,
    drafts,
    drop_draft,
    publish_draft,
    return_draft,
    review_draft,
    save_draft,
    scan_of,
)
from canteen.subsidy.examine import Examined, examine
from canteen.subsidy.examples import ExampleFailure, failing_examples, failures
from canteen.subsidy.explain import accountant, facts_told, mended, spoken, why
from canteen.subsidy.gather import MEAL_COUNTER, Diner, Dossier, HeldChance, meal_window, read_dossier
from canteen.subsidy.histories import HeldClaim, History, held_claims, read_histories
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.late import Adjustment, Booked, compare
from canteen.subsidy.lint import lint, readable
from canteen.subsidy.moving import move_claims, standing_claims
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Policy, PolicyVersion
from canteen.subsidy.price import (
    ChanceToClaim,
    MealToPrice,
    Priced,
    claims_of,
    pot_parts,
    price,
    price_full,
    price_with,
)
from canteen.subsidy.publish import (
    around,
    digest_of,
    fallen_below,
    publications,
    publish,
    standing_policies,
    standing_policy,
)
from canteen.subsidy.published import EDITION, EDITION_NAMES, Published, funder_code, known, known_by, published_of
from canteen.subsidy.quotes import Parts, Quote, Step
from canteen.subsidy.register import Kind, Register
from canteen.subsidy.rule_names import rule_name
from canteen.subsidy.rules import quote
from canteen.subsidy.sample_prices import PriceTable, Sample, joined, prices, sample_day
from canteen.subsidy.selection import policy_of_site, select
from canteen.subsidy.shelf import Shelf, load, shipped, shipped_calendar, shipped_register, shipped_texts
from canteen.subsidy.sites import GrantLine, SiteMoney, money_to_site, site_money
from canteen.subsidy.trial import read_cases, try_all, unread
from canteen.subsidy.values import Site, Usage, UsedChance
from canteen.subsidy.weighing import Standing, Weighed, benefit_fen, paid_parts, weigh

__all__ = [
    "EDITION",
    "EDITION_NAMES",
    "LARGEST_SCAN",
    "LONGEST_TEXT",
    "MEAL_COUNTER",
    "Adjustment",
    "Around",
    "Booked",
    "ChanceToClaim",
    "Checked",
    "DatedRegister",
    "Diner",
    "Dossier",
    "Examined",
    "ExampleFailure",
    "GrantLine",
    "HeldChance",
    "HeldClaim",
    "History",
    "Kind",
    "MealToPrice",
    "Parts",
    "Place",
    "Policy",
    "PolicyVersion",
    "PriceTable",
    "Priced",
    "Published",
    "Quote",
    "Register",
    "Rulebook",
    "Sample",
    "Shelf",
    "Site",
    "SiteMoney",
    "Standing",
    "Step",
    "Usage",
    "UsedChance",
    "Weighed",
    "accountant",
    "around",
    "attach_scan",
    "begin_draft",
    "benefit_fen",
    "category_entries",
    "check",
    "claims_of",
    "compare",
    "dated_register",
    "digest_of",
    "draft",
    "draft_of",
    "drafts",
    "drop_draft",
    "end_category",
    "enter_category",
    "examine",
    "facts_told",
    "failing_examples",
    "failures",
    "fallen_below",
    "form",
    "funder_code",
    "held_claims",
    "joined",
    "known",
    "known_by",
    "lint",
    "load",
    "meal_window",
    "mended",
    "money_to_site",
    "move_claims",
    "named_in",
    "paid_parts",
    "policy_of_site",
    "pot_parts",
    "price",
    "price_again",
    "price_full",
    "price_with",
    "prices",
    "publications",
    "publish",
    "publish_draft",
    "published_of",
    "quote",
    "read_cases",
    "read_dossier",
    "read_draft",
    "read_histories",
    "read_policy",
    "readable",
    "return_draft",
    "review_draft",
    "rule_name",
    "rulebook",
    "sample_day",
    "save_draft",
    "scan_of",
    "select",
    "shipped",
    "shipped_calendar",
    "shipped_register",
    "shipped_texts",
    "site_money",
    "spoken",
    "standing_claims",
    "standing_policies",
    "standing_policy",
    "try_all",
    "unread",
    "weigh",
    "why",
    "with_draft",
]
