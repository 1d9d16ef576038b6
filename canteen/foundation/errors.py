"""Name every way in which the inside says no.

::

    CanteenError(code, **params)   never raised itself
    ├── NotFound       404   nothing there, or not yours to see
    ├── Denied         403   the person may not do this
    ├── Invalid        422   the input is not well formed
    ├── Refused        409   a rule of the trade says no
    ├── Conflict       409   somebody was quicker; trying again may help
    └── Unavailable    503   an outside party does not answer

A refusal carries a stable code like ``orders.cutoff_passed`` and its parameters, never prose and never a status
number: each edge turns codes into the words of its audience, in one place.
"""

from __future__ import annotations

from typing import Any


class CanteenError(Exception):
    """Say no with a stable code and the facts that belong to it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({facts})"


class NotFound(CanteenError):
    """Say that nothing is there, or that it is not the asker's to see."""


class Denied(CanteenError):
    """Say that this person may not do this."""


class Invalid(CanteenError):
    """Say that the input is not well formed."""


class Refused(CanteenError):
    """Say that a rule of the trade forbids it."""


class Conflict(CanteenError):
    """Say that somebody was quicker."""


class Unavailable(CanteenError):
    """Say that an outside party does not answer."""
