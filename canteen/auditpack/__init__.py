"""Hand an auditor everything that proves a scope's books, in one file that needs no server to be checked.

Words: the *pack* is a zip of the books entry by entry, the meals behind them, the frozen statements, the policies that
priced them and the audit trail of the canteens in scope; its *manifest* names every file with its digest; its *root*
is one hash of the statement's lines (RFC 6962), printed on paper, by which one line is proved without the others.
`check.py` goes with the pack: one file, Python's standard library alone, its arithmetic shared with nothing here.
"""

from canteen.auditpack.beancount import beancount
from canteen.auditpack.merkle import inclusion, is_included, root
from canteen.auditpack.pack import Asked, write

__all__ = ["Asked", "beancount", "inclusion", "is_included", "root", "write"]
