"""Let people apply to be counted as one of a category, step by step, and know whose entitlement needs a look.

Words: an *application* goes through *steps* (applied, assessed, noticed, objected, answered, confirmed, renewed;
refused, withdrawn, ended); each is a row that stays. A *public notice* hangs a list of masked names out for counted
days. Confirming states the dated fact that prices depend on, with the application as its source. The database decides
the order of steps, that who confirms neither took in nor assessed, and that the notice hung its days out. `recheck`
compares the register with lists of other offices.
"""

from canteen.eligibility import recheck
from canteen.eligibility.apply import apply, withdraw
from canteen.eligibility.decide import (
    answer_objection,
    assess,
    confirm,
    end,
    is_counted,
    lacks_consent,
    needs_guardian,
    object_to,
    publish_notice,
    refuse,
    renew,
)
from canteen.eligibility.expiring import Expiring, expiring
from canteen.eligibility.find import Shown, history, listed, notice, notices, of_people, on_notice, shown
from canteen.eligibility.reminders import remind_of_endings
from canteen.eligibility.rules import FOLLOWS, SETTLED, UNSURE, days_left
from canteen.eligibility.tables import Application, ApplicationStep, PublicNotice

__all__ = [
    "FOLLOWS",
    "SETTLED",
    "UNSURE",
    "Application",
    "ApplicationStep",
    "Expiring",
    "PublicNotice",
    "Shown",
    "answer_objection",
    "apply",
    "assess",
    "confirm",
    "days_left",
    "end",
    "expiring",
    "history",
    "is_counted",
    "lacks_consent",
    "listed",
    "needs_guardian",
    "notice",
    "notices",
    "object_to",
    "of_people",
    "on_notice",
    "publish_notice",
    "recheck",
    "refuse",
    "remind_of_endings",
    "renew",
    "shown",
    "withdraw",
]
