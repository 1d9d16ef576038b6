"""Carry a frozen statement to the money in the canteen's bank: signatures, questions, debts, payments.

Words: a *step* is a signature on a statement, or its way back; a *query* asks about a line and holds the next signature
up; a *due* is what a purse owes by an accepted document; a *batch* pays dues of one purse, by one *transfer* for each
operator. The order of hands, that each is another person's, and that no due is paid twice is decided by the database.
"""

from canteen.treasury.aging import BUCKETS, Aged, aged
from canteen.treasury.bank_file import BankLayout, bank_file, bank_layouts
from canteen.treasury.bank_lines import bank_file_of, is_read, keep_file, take_lines
from canteen.treasury.bank_reading import FIELDS, guessed, sample, table_of
from canteen.treasury.batches import (
    OpenDue,
    Transfer,
    approve_batch,
    batch,
    batches,
    cancel_batch,
    open_dues,
    prepare_batch,
    state_of,
    transfers,
)
from canteen.treasury.clawbacks import clawback, clawbacks, confirm_clawback, prepare_clawback
from canteen.treasury.completeness import SOURCES, Share, shares
from canteen.treasury.donations import agree, agreement, receive, used
from canteen.treasury.dues import BookedGrant, accept, accept_grant, grants_to_accept
from canteen.treasury.matching import (
    BookedMove,
    charge,
    decide_line,
    match_by_hand,
    match_lines,
    open_lines,
    open_moves,
)
from canteen.treasury.mirror import mirror
from canteen.treasury.opening import Brought, opening, paid_before, prepare_opening, read_opening, sign_opening
from canteen.treasury.queries import Asked, answer, ask_about, queries_of
from canteen.treasury.remittance import confirm_paid, note_return
from canteen.treasury.rules import DECISIONS, RETURNED, SIGNATURES, next_signature
from canteen.treasury.signing import hand_back, sign, since_return, steps_of

__all__ = [
    "BUCKETS",
    "DECISIONS",
    "FIELDS",
    "RETURNED",
    "SIGNATURES",
    "SOURCES",
    "Aged",
    "Asked",
    "BankLayout",
    "BookedGrant",
    "BookedMove",
    "Brought",
    "OpenDue",
    "Share",
    "Transfer",
    "accept",
    "accept_grant",
    "aged",
    "agree",
    "agreement",
    "answer",
    "approve_batch",
    "ask_about",
    "bank_file",
    "bank_file_of",
    "bank_layouts",
    "batch",
    "batches",
    "cancel_batch",
    "charge",
    "clawback",
    "clawbacks",
    "confirm_clawback",
    "confirm_paid",
    "decide_line",
    "grants_to_accept",
    "guessed",
    "hand_back",
    "is_read",
    "keep_file",
    "match_by_hand",
    "match_lines",
    "mirror",
    "next_signature",
    "note_return",
    "open_dues",
    "open_lines",
    "open_moves",
    "opening",
    "paid_before",
    "prepare_batch",
    "prepare_clawback",
    "prepare_opening",
    "queries_of",
    "read_opening",
    "receive",
    "sample",
    "shares",
    "sign",
    "sign_opening",
    "since_return",
    "state_of",
    "steps_of",
    "table_of",
    "take_lines",
    "transfers",
    "used",
]  # fmt: skip
