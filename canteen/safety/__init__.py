"""Show that the food was safe: samples, temperatures, daily checks, certificates, inspections by lot.

Nothing here is ever changed: what was noted wrongly is noted again. A sample weighs at least 125 g and stays for 48
hours; a temperature out of its range says what was done; a draw is kept with its seed and its list, so that whoever
doubts it draws again.
"""

from canteen.safety.inspections import (
    Finding,
    Site,
    draw_sites,
    draws,
    find_draw,
    findings_of,
    is_proved,
    rectify,
    sites,
    state,
)  # fmt: skip
from canteen.safety.log import (
    Holder,
    checks,
    enter_certificate,
    holders,
    note_check,
    note_temperature,
    temperatures,
)  # fmt: skip
from canteen.safety.rules import LEAST_GRAMS, RANGES, is_fine
from canteen.safety.samples import Kept, discard, keep_sample, kept, missing
from canteen.safety.tables import CHECKS, POINTS, RESULTS

__all__ = [
    "CHECKS", "LEAST_GRAMS", "POINTS", "RANGES", "RESULTS", "Finding", "Holder", "Kept", "Site", "checks", "discard",
    "draw_sites", "draws", "enter_certificate", "find_draw", "findings_of", "holders", "is_fine", "is_proved",
    "keep_sample", "kept", "missing", "note_check", "note_temperature", "rectify", "sites", "state", "temperatures",
]  # fmt: skip
