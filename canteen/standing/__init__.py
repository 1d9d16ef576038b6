"""Order again every week what somebody wants every week, until told otherwise.

Words: a *standing order* is a pattern (weekdays, meal, dishes, way, first and last day, holidays or not, a dish to fall
back on); an *occurrence* is what a pattern gives on one day: ``generated`` by a run, ``edited`` or ``skipped`` by
somebody, ``locked`` after the cut-off; a *pause* is a time in which a person wants nothing. A *run* works through the
patterns of a day, says how many results it expects, keeps each person's, and never touches what somebody has changed.
Orders are placed by `orders.place`, with the same prices, limits and refusals as through every door.
"""

from canteen.standing.agree import Agreed, all_live, begin, end, find, of_people
from canteen.standing.occur import HORIZON, catch_up
from canteen.standing.occurrences import Shown, occurrences, runs, skip, skipped
from canteen.standing.pauses import pause, paused, resume
from canteen.standing.reminders import remind, tell_of_tomorrow
from canteen.standing.run import Report, run, run_ahead
from canteen.standing.tables import MEALS, StandingOrder

__all__ = [
    "HORIZON",
    "MEALS",
    "Agreed",
    "Report",
    "Shown",
    "StandingOrder",
    "all_live",
    "begin",
    "catch_up",
    "end",
    "find",
    "occurrences",
    "of_people",
    "pause",
    "paused",
    "remind",
    "resume",
    "run",
    "run_ahead",
    "runs",
    "skip",
    "skipped",
    "tell_of_tomorrow",
]
