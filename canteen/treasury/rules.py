"""Say which hands a statement and a payment pass through, in which order; pure."""

from __future__ import annotations

from collections.abc import Mapping

# The canteen, the street, civil affairs, finance; whoever finds something wrong hands it back to the canteen.
SIGNATURES = ("signed", "checked", "approved", "accepted")
RETURNED = "returned"
STEPS = (*SIGNATURES, RETURNED)
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "signed": ("checked", RETURNED),
    "checked": ("approved", RETURNED),
    "approved": ("accepted", RETURNED),
    "accepted": (),
    RETURNED: ("signed",),
}
BATCH_STEPS = ("approved", "cancelled")
RESULTS = ("paid", "returned")
# Nobody signs over a question that was not answered; the canteen may sign while it answers.
ANSWERED_FIRST = ("checked", "approved", "accepted")


def next_signature(last: str) -> str:
    """Return the signature that a statement waits for after its last step, none where it is through."""
    if not last:
        return SIGNATURES[0]
    return next((step for step in FOLLOWS[last] if step != RETURNED), "")


# How a line of the bank found its entries: by the exact number, by amount and day, or by a person.
FOUND_BY = ("key", "rule", "person")
# What a line without an entry may be, and the account that it is booked against; what is not ours is not booked.
DECISIONS = ("own_code", "fee", "suspense", "not_ours")
