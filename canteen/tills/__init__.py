"""Open and close shifts at the till: count, name two people, and let the books hold what lies in the drawer.

Words: a *count* is what two people found in the drawer; an *opening* begins a shift and a *closing* ends it. After each
count the books hold what was found: what is missing or left over goes to the account of differences with its reason,
what is carried to the bank leaves the till. Cash of a meal that the books learned of late, after the drawer had been
counted with it, is taken from the differences, never from today's till.
"""

from canteen.tills.counts import Counted, Standing, close_shift, counts, open_shift, standing
from canteen.tills.tables import TillCount

__all__ = ["Counted", "Standing", "TillCount", "close_shift", "counts", "open_shift", "standing"]
