"""State what a canteen is owed for a month, freeze it, and prove it again years later.

Words: a *line* is what one meal moved in the books; a *row* is a category of people with its sums; a *purse* is a
funder and what it pays for; a *span* is the entries of a month between two numbers of the book; a *part* is the first
statement of a month or a supplement to it. Invariants: the statement adds the posted lines and splits nothing, so it
equals the ledger to the fen; an entry is in one live statement; a frozen statement never changes, and its canonical
text can be rebuilt from the books byte for byte.
"""

from canteen.settlement.budgets import WEEKS as BUDGET_WEEKS
from canteen.settlement.budgets import Outlook, outlooks
from canteen.settlement.canonical import content_of
from canteen.settlement.freeze import Prepared, draft, freeze, frozen, prepare, statement, statements, statements_of
from canteen.settlement.months import bounds, month_of
from canteen.settlement.overview import MonthSums, month_sums
from canteen.settlement.reproduce import Reproduction, reproduce
from canteen.settlement.statement import (
    MODES,
    TENDERS,
    Check,
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
    "Check",
    "Line",
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
    "content_of",
    "documents_of",
    "draft",
    "file_name",
    "freeze",
    "frozen",
    "mark_of",
    "month_name",
    "month_of",
    "month_sums",
    "outlooks",
    "part_name",
    "prepare",
    "purse_name",
    "reproduce",
    "row_name",
    "said",
    "statement",
    "statements",
    "statements_of",
    "workbook",
]
