"""Check the register against lists of other offices.

Relief sends who is of a category, social security whom a scheme already pays for, the police who died.

`read` says what a list would do and changes nothing: new, renewed, ended, unchanged, unknown people, and of a full
list who is missing. `take` states what is new or renewed at once, and what the list itself ends while that is at most
one in twenty; `settle` decides about the rest: nobody ends because a list is silent. Where more than one in twenty
would end, the database asks for a second person. `withdraw` takes a list back for everybody who has not eaten since.
"""

from canteen.eligibility.recheck.find import Listed, Waiting, listed, people_of, shown, taken_list, waiting
from canteen.eligibility.recheck.plan import DIED, ENDED, ENDING, MISSING, NEW, RENEWED, Line, Plan, read
from canteen.eligibility.recheck.settle import Settled, settle
from canteen.eligibility.recheck.take import Taken, take
from canteen.eligibility.recheck.terms import KNOWN, Terms, columns_of
from canteen.eligibility.recheck.withdraw import Withdrawn, withdraw

__all__ = [
    "DIED",
    "ENDED",
    "ENDING",
    "KNOWN",
    "MISSING",
    "NEW",
    "RENEWED",
    "Line",
    "Listed",
    "Plan",
    "Settled",
    "Taken",
    "Terms",
    "Waiting",
    "Withdrawn",
    "columns_of",
    "listed",
    "people_of",
    "read",
    "settle",
    "shown",
    "take",
    "taken_list",
    "waiting",
    "withdraw",
]
