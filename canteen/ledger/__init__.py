"""Keep double-entry books, one per canteen and one per funder; append only.

Words: a *draft* is what a verb wants to post; an *entry* is a posted draft with its gapless number; its *legs* are
postings in signed fen (positive is debit) that sum to zero; the *seal* closes it and chains it to the entry before.
The key of an entry is derived from the fact it records, so that one fact posts once. The database holds these rules
itself (`guards`); `verify` proves them again with arithmetic of its own.
"""

from canteen.ledger.budgets import budgets, grant_budget
from canteen.ledger.chart import (
    BANK,
    BUDGET_RECEIVABLE,
    CHARITY_RECEIVABLE,
    CLAWBACK_LOSS,
    COLLECTIVE_RECEIVABLE,
    DELIVERY_RECEIVABLE,
    DELIVERY_REVENUE,
    DISCOUNT,
    FORGIVEN,
    LET_OFF_REVENUE,
    LOTTERY_RECEIVABLE,
    OPERATOR_RECEIVABLE,
    OPERATOR_REVENUE,
    OWED,
    OWN_CODE_CLEARING,
    OWN_REVENUE,
    PUBLIC_REVENUE,
    SITE_RECEIVABLE,
    SUBSIDY_REVENUE,
    SUSPENSE,
    TAB,
    TILL,
    UNDUE_RECEIVABLE,
    ensure_funder,
    funder_account,
    load_chart,
)
from canteen.ledger.periods import close_period, period, periods, reopen_period, soft_close
from canteen.ledger.posting import Draft, Head, Leg, lock_head, post, post_under, posting_month
from canteen.ledger.pots import PotState, balances, give_back, move, open_pot, pot_moves, pots, refill, spend
from canteen.ledger.tabs import on_tab
from canteen.ledger.verify import Finding, verify, verify_book
from canteen.ledger.walk import AnyRow, entries_with_legs

__all__ = [
    "BANK",
    "BUDGET_RECEIVABLE",
    "CHARITY_RECEIVABLE",
    "CLAWBACK_LOSS",
    "COLLECTIVE_RECEIVABLE",
    "DELIVERY_RECEIVABLE",
    "DELIVERY_REVENUE",
    "DISCOUNT",
    "FORGIVEN",
    "LET_OFF_REVENUE",
    "LOTTERY_RECEIVABLE",
    "OPERATOR_RECEIVABLE",
    "OPERATOR_REVENUE",
    "OWED",
    "OWN_CODE_CLEARING",
    "OWN_REVENUE",
    "PUBLIC_REVENUE",
    "SITE_RECEIVABLE",
    "SUBSIDY_REVENUE",
    "SUSPENSE",
    "TAB",
    "TILL",
    "UNDUE_RECEIVABLE",
    "AnyRow",
    "Draft",
    "Finding",
    "Head",
    "Leg",
    "PotState",
    "balances",
    "budgets",
    "close_period",
    "ensure_funder",
    "entries_with_legs",
    "funder_account",
    "give_back",
    "grant_budget",
    "load_chart",
    "lock_head",
    "move",
    "on_tab",
    "open_pot",
    "period",
    "periods",
    "post",
    "post_under",
    "posting_month",
    "pot_moves",
    "pots",
    "refill",
    "reopen_period",
    "soft_close",
    "spend",
    "verify",
    "verify_book",
]
