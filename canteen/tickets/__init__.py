"""Let somebody at the desk speak with whoever wants a person, or is in danger.

Words: a *ticket* is one call for a person, ``human`` or ``emergency``, a ``complaint`` or ``praise``; each kind has a
deadline; somebody of the desk *takes* it, speaks with the
person, and *closes* it with a note of what came of it. The talk that led to it is kept sealed and shown with names,
numbers and links covered. A ticket belongs to a canteen; one without belongs to whoever sees a whole region.
"""

from canteen.tickets.desk import (
    Shown,
    close,
    emergencies,
    find,
    goes_on,
    hear,
    listed,
    open_ticket,
    reply,
    take,
    transcript,
)
from canteen.tickets.tables import Ticket

__all__ = [
    "Shown",
    "Ticket",
    "close",
    "emergencies",
    "find",
    "goes_on",
    "hear",
    "listed",
    "open_ticket",
    "reply",
    "take",
    "transcript",
]
