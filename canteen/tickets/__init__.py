"""Let somebody at the desk speak with whoever wants a person, or is in danger.

Words: a *ticket* is one call for a person, ``human`` or ``emergency``, a ``complaint`` or ``praise``; each kind has a
deadline; somebody of the desk *takes* it, speaks with the
person, and *closes* it with a note of what came of it. The talk that led to it is kept sealed and shown with names,
numbers and links covered. A voice message that nothing could make out is kept sealed as a *recording*, for a week at
most, for the desk to hear. A ticket belongs to a canteen; one without belongs to whoever sees a whole region.
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
    waiting_of,
)
from canteen.tickets.recordings import (
    Fetch,
    Spoken,
    await_recording,
    awaited,
    fetch_awaited,
    forget_recordings,
    hear_recording,
    is_recording_awaited,
    keep_sound,
    recordings,
)
from canteen.tickets.tables import Ticket

__all__ = [
    "Fetch",
    "Shown",
    "Spoken",
    "Ticket",
    "await_recording",
    "awaited",
    "close",
    "emergencies",
    "fetch_awaited",
    "find",
    "forget_recordings",
    "goes_on",
    "hear",
    "hear_recording",
    "is_recording_awaited",
    "keep_sound",
    "listed",
    "open_ticket",
    "recordings",
    "reply",
    "take",
    "transcript",
    "waiting_of",
]
