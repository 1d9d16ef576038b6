"""State what a canteen is owed for a month, freeze it, and prove it again years later.

Words: a *line* is what one meal moved in the books; a *row* is a category of people with its sums; a *purse* is a
funder and what it pays for; a *span* is the entries of a month between two numbers of the book; a *part* is the first
statement of a month or a supplement to it, a *version* of a part what supersedes the one before. A month is closed step
by step, the last by a second person. Invariants: the statement adds the posted lines and splits nothing, so it
equals the ledger to the fen; an entry is in one live statement; a frozen statement never changes, and its canonical
text can be rebuilt from the books byte for byte.
"""

from canteen.settlement.budgets import WEEKS as BUDGET_WEEKS
from canteen.settlement.budgets import Outlook, outlooks
from canteen.settlement.canonical import content_of
from canteen.settlement.closing import (
    CashDifference,
    MonthState,
    close_month,
    month_state,
    month_states,
    reopen_month,
    soft_close_month,
)
from canteen.settlement.freeze import (
    Prepared,
    draft,
    freeze,
    frozen,
    prepare,
    prepare_version,
    statement,
    statements,
    statements_of,
    supersede,
    versions,
)
from canteen.settlement.months import bounds, month_of
from canteen.settlement.overview import MonthSums, month_sums
from canteen.settlement.reproduce import Reproduction, reproduce
from canteen.settlement.statement import (
    MODES,
    TENDERS,
    Check,
    Difference,
    Line,
    Purse,
    Row,
    StatementView,
    Sums,
    add_up,
    amount_in,
    chosen,
)
from canteen.settlement.wording import (
    documents_of,
    file_name,
    mark_of,
    month_name,
    part_name,
    purse_name,
    row_name,
    said,
)
from canteen.settlement.workbook import workbook

__all__ = [
    "BUDGET_WEEKS",
    "MODES",
    "TENDERS",
    "CashDifference",
    "Check",
    "Difference",
    "Line",
    "MonthState",
    "MonthSums",
    "Outlook",
    "Prepared",
    "Purse",
    "Reproduction",
    "Row",
    "StatementView",
    "Sums",
    "add_up",
    "amount_in",
    "bounds",
    "chosen",
    "close_month",
    "content_of",
    "documents_of",
    "draft",
    "file_name",
    "freeze",
    "frozen",
    "mark_of",
    "month_name",
    "month_of",
    "month_state",
    "month_states",
    "month_sums",
    "outlooks",
    "part_name",
    "prepare",
    "prepare_version",
    "purse_name",
    "reopen_month",
    "reproduce",
    "row_name",
    "said",
    "soft_close_month",
    "statement",
    "statements",
    "statements_of",
    "supersede",
    "versions",
    "workbook",
]
