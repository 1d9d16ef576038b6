"""Notice who did not eat, have somebody look, know who was visited; never a punishment.

Words: a *task* asks somebody to look after a person; it has a *clock*, and when that runs out the next *rung* is asked:
telephone, neighbour, family, community worker, and at the end the advice to call the police. A *visit* is that
somebody was seen. Signs: nobody opens the door, somebody ordered and does not come, somebody usually comes and has not,
one who managed before sends what nobody understands. Words of danger in chat are `tickets`, with an alarm of their own.
Invariants: one open task of a kind for a person; a sign seen twice is one; notes are sealed; who looks sees people of
the own canteen or region.
"""

from canteen.welfare.confusion import notice_confusion
from canteen.welfare.months import DayOfVisits, VillageMonth, calendar_of, month_of
from canteen.welfare.rules import CLOCKS, LADDER, Missing, Watch, missing, visit_every
from canteen.welfare.tables import KINDS, OUTCOMES, Visit, WelfareTask, WelfareTerms
from canteen.welfare.tasks import (
    StepView,
    close,
    count_open,
    escalate,
    listed,
    open_task,
    steps,
    take,
    task,
    tried,
)
from canteen.welfare.visits import Due, Rate, due, rates, visit, visits_of
from canteen.welfare.watching import set_terms, watch_habits, watch_meals, watch_of

__all__ = [
    "CLOCKS",
    "KINDS",
    "LADDER",
    "OUTCOMES",
    "DayOfVisits",
    "Due",
    "Missing",
    "Rate",
    "StepView",
    "VillageMonth",
    "Visit",
    "Watch",
    "WelfareTask",
    "WelfareTerms",
    "calendar_of",
    "close",
    "count_open",
    "due",
    "escalate",
    "listed",
    "missing",
    "month_of",
    "notice_confusion",
    "open_task",
    "rates",
    "set_terms",
    "steps",
    "take",
    "task",
    "tried",
    "visit",
    "visit_every",
    "visits_of",
    "watch_habits",
    "watch_meals",
    "watch_of",
]
