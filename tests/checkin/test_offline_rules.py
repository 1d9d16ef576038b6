"""Which scan of a meal takes the subsidy depends on the scans alone, not on how they arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from canteen.checkin.rules import TOLERANCE, Sighting, dated, holder, precedence
from tests import builders as make

MOMENTS = st.integers(0, 240).map(lambda minutes: make.NOON + timedelta(seconds=30 * minutes))
SIGHTINGS = st.builds(
    Sighting,
    scan_id=st.sampled_from([f"scan-{n:04d}" for n in range(40)]),
    device=st.sampled_from(["V-1", "V-2", "V-3"]),
    number=st.integers(1, 9),
    dated_at=MOMENTS,
    received_at=MOMENTS.map(lambda at: at + timedelta(hours=3)),
    is_trusted=st.booleans(),
)


@given(st.lists(SIGHTINGS, min_size=1, max_size=8, unique_by=lambda one: one.scan_id), st.data())
def test_the_first_scan_holds_the_meal_however_often_and_in_whatever_order_scans_arrive(scans, data):
    repeats = data.draw(st.lists(st.sampled_from(scans), max_size=8))
    arriving = data.draw(st.permutations(scans + repeats))

    assert holder(arriving) == min(scans, key=precedence)


@given(st.lists(SIGHTINGS, min_size=2, max_size=8))
def test_a_clock_that_cannot_be_trusted_never_takes_the_meal_from_one_that_can(scans):
    held = holder(scans)

    assert held is not None
    assert held.is_trusted or not any(scan.is_trusted for scan in scans)


@given(st.integers(-400 * 24 * 60, 400 * 24 * 60), st.integers(0, 48 * 60), st.integers(-120, 120), st.booleans())
def test_a_steady_clock_is_corrected_however_wrong_it_is(wrong, waited, drift, is_synced):
    happened, received = make.NOON, make.NOON + timedelta(minutes=waited)
    skew, drifted = timedelta(minutes=wrong), timedelta(seconds=drift)
    when = dated(
        happened - skew,
        sent_at=received - skew - drifted,
        received_at=received,
        skew=skew if is_synced else None,
    )

    assert when.is_trusted
    assert abs(when.at - happened) <= TOLERANCE


def test_a_clock_that_was_moved_between_scan_and_upload_is_not_trusted():
    received = make.NOON + timedelta(hours=2)
    when = dated(make.NOON, sent_at=received + timedelta(hours=5), received_at=received, skew=timedelta())

    assert (when.at, when.is_trusted) == (make.NOON, False)


def test_nothing_happens_after_it_was_received():
    ahead = make.NOON + timedelta(days=400)
    when = dated(ahead, sent_at=make.NOON, received_at=make.NOON, skew=None)

    assert (when.at, when.is_trusted) == (make.NOON, False)
    assert isinstance(when.at, datetime)
