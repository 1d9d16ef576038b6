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
from canteen.settlement.decisions import Act, accept, reject
from canteen.settlement.explained import Explanation, explained
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
from canteen.settlement.gaps import Gap, gaps
from canteen.settlement.gather import MEAL_KINDS
from canteen.settlement.late_sweep import reconsider
from canteen.settlement.late_truth import mistakes
from canteen.settlement.month_before import explain, month_before
from canteen.settlement.months import bounds, month_of
from canteen.settlement.operator_money import Grant, MealMoney, grants, meal_money, propose_grants
from canteen.settlement.overview import MonthSums, month_sums, unstated_months
from canteen.settlement.proposals import STATES, Group, ProposalView, groups, open_count
from canteen.settlement.reproduce import Reproduction, reproduce
from canteen.settlement.site_facts import site_facts_of, state_site_fact
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
from canteen.settlement.whatif import Cancelled, Question, reprice
from canteen.settlement.whatif_runs import RunView, ask, cancel, draft_text, run_view, runs, told, work
from canteen.settlement.whatif_tally import MEASURES
from canteen.settlement.whatif_workbook import whatif_workbook
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
    "MEAL_KINDS",
    "MEASURES",
    "MODES",
    "STATES",
    "TENDERS",
    "Act",
    "Cancelled",
    "CashDifference",
    "Check",
    "Difference",
    "Explanation",
    "Gap",
    "Grant",
    "Group",
    "Line",
    "MealMoney",
    "MonthState",
    "MonthSums",
    "Outlook",
    "Prepared",
    "ProposalView",
    "Purse",
    "Question",
    "Reproduction",
    "Row",
    "RunView",
    "StatementView",
    "Sums",
    "accept",
    "add_up",
    "amount_in",
    "ask",
    "bounds",
    "cancel",
    "chosen",
    "close_month",
    "content_of",
    "documents_of",
    "draft",
    "draft_text",
    "explain",
    "explained",
    "file_name",
    "freeze",
    "frozen",
    "gaps",
    "grants",
    "groups",
    "mark_of",
    "meal_money",
    "mistakes",
    "month_before",
    "month_name",
    "month_of",
    "month_state",
    "month_states",
    "month_sums",
    "open_count",
    "outlooks",
    "part_name",
    "prepare",
    "prepare_version",
    "propose_grants",
    "purse_name",
    "reconsider",
    "reject",
    "reopen_month",
    "reprice",
    "reproduce",
    "row_name",
    "run_view",
    "runs",
    "said",
    "site_facts_of",
    "soft_close_month",
    "state_site_fact",
    "statement",
    "statements",
    "statements_of",
    "supersede",
    "told",
    "unstated_months",
    "versions",
    "whatif_workbook",
    "work",
    "workbook",
]
