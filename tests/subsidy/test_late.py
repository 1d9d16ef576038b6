from __future__ import annotations

from datetime import date

import pytest

from canteen.subsidy.late import Booked, compare
from tests.subsidy.builders import layer, priced, version_of

ON = date(2026, 3, 2)


@pytest.mark.parametrize(("answer", "difference"), [("topped_up", 200), ("stands", 0)])
def test_category_granted_late_reaches_back_only_where_the_policy_says_so(answer, difference):
    version = version_of(layer('{fixed: "5.00"}'), category_granted_late=answer)
    assert compare(Booked(ON, "lunch", 300), priced(version), version.answers).difference_fen == difference


@pytest.mark.parametrize(("answer", "difference"), [("recovered", -300), ("stands", 0)])
def test_subsidy_found_undue_is_flagged_and_never_borne_by_the_senior(answer, difference):
    version = version_of(layer("free", who="{age: 90+}"), subsidy_found_undue=answer)
    found = compare(Booked(ON, "lunch", 300), priced(version), version.answers)
    assert (found.difference_fen, found.flagged, found.borne_by) == (difference, True, "operator")
