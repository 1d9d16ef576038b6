"""Tell what somebody who tries the demonstration needs to know."""

from __future__ import annotations

from collections.abc import Iterator

from canteen.demo.invented import words
from canteen.demo.world import accounts, slip_code


def notes() -> Iterator[str]:
    """Yield the log-ins, and the slip by which a family reaches the senior of the tour."""
    yield f"Log-ins, each with the password {accounts()['password']}:"
    for username, said in accounts()["accounts"].items():
        yield f"  {username:12} {said['role']:18} {said['name']}"
    tour = words()["tour"]
    yield f"The senior of the tour is {tour['name']}, telephone {tour['phone']}; her daughter is {tour['daughter']}."
    hers, neighbours, far = words()["slips"]
    yield f"Her slip: scene {hers['scene']}, code {slip_code(hers)}."
    yield f"A slip of a neighbour, for the daughter: scene {neighbours['scene']}, code {slip_code(neighbours)}."
    yield f"A slip from Shanwei, where meals earn no subsidy: scene {far['scene']}, code {slip_code(far)}."
