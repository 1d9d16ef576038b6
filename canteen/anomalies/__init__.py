"""Find meals that do not look like meals, and let people find out.

Words: a *rule* is a pure look at some days' meals, its thresholds are data; a *finding* is what it named, with the
meals behind it; a *case* is a finding that somebody works: asked, explained (honest after all) or confirmed, so that it
is known how often a rule is right. Nothing is refused or posted from here.
"""

from canteen.anomalies.cases import FOLLOWS, CaseView, Precision, case, cases, precisions, search, take_step
from canteen.anomalies.gather import gather
from canteen.anomalies.rules import RULES, look
from canteen.anomalies.spot_checks import (
    ANSWERS,
    MOST,
    Call,
    Estimate,
    answer_call,
    calls,
    draw_sample,
    drawn,
    estimate,
    interval,
    samples,
)
from canteen.anomalies.thresholds import RuleThresholds, shipped_thresholds, state_thresholds, thresholds
from canteen.anomalies.values import Day, Found, Seen, Serving

__all__ = [
    "ANSWERS",
    "FOLLOWS",
    "MOST",
    "RULES",
    "Call",
    "CaseView",
    "Day",
    "Estimate",
    "Found",
    "Precision",
    "RuleThresholds",
    "Seen",
    "Serving",
    "answer_call",
    "calls",
    "case",
    "cases",
    "draw_sample",
    "drawn",
    "estimate",
    "gather",
    "interval",
    "look",
    "precisions",
    "samples",
    "search",
    "shipped_thresholds",
    "state_thresholds",
    "take_step",
    "thresholds",
]  # fmt: skip
