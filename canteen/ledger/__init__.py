"""Keep double-entry books, one per canteen and one per funder; append only.

Words: a *draft* is what a verb wants to post; an *entry* is a posted draft with its gapless number; its *legs* are
postings in signed fen (positive is debit) that sum to zero; the *seal* closes it and chains it to the entry before.
The key of an entry is derived from the fact it records, so that one fact posts once. The database holds these rules
itself (`guards`); `verify` proves them again with arithmetic of its own.
"""

from canteen.ledger.chart import funder_account, load_chart, open_book
from canteen.ledger.posting import Draft, Head, Leg, lock_head, post, reversal_of
from canteen.ledger.verify import Finding, verify

__all__ = [
    "Draft",
    "Finding",
    "Head",
    "Leg",
    "funder_account",
    "load_chart",
    "lock_head",
    "open_book",
    "post",
    "reversal_of",
    "verify",
]
