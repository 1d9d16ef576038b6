"""Say things to people after the act: an outbox, a channel to empty it, and a telephone where no message arrives.

A *notice* is one thing to say to one account; its *key* makes it be said once. Several accounts of one person are told
of one *matter*. A *channel* says it by the ways it knows; the house knows none of its own, whoever speaks to people
(the WeChat guest) brings one. Acts never wait for a channel. What holds for each kind (whether it waits while people
sleep, how long it is worth saying, whether somebody telephones where no message arrives) is data: `kinds.toml`. Nothing
is lost because no message reaches somebody: the person is put on the *phone list* of the canteen.
"""

from canteen.notices.channel import Channel, Outcome, Try
from canteen.notices.dead import Dead, dead, send_again
from canteen.notices.kinds import KINDS
from canteen.notices.outbox import (
    TOO_LATE,
    About,
    Due,
    due,
    enqueue,
    mark,
    postpone,
    prune,
    report,
    were_enqueued,
)
from canteen.notices.people import NO_ACCOUNT, tell
from canteen.notices.phone_list import Listed, note, opened
from canteen.notices.phone_list import listed as phone_list
from canteen.notices.phone_list import settled as settled_calls

__all__ = [
    "KINDS", "NO_ACCOUNT", "TOO_LATE", "About", "Channel", "Dead", "Due", "Listed", "Outcome", "Try", "dead", "due",
    "enqueue", "mark", "note", "opened", "phone_list", "postpone", "prune", "report", "send_again", "settled_calls",
    "tell", "were_enqueued",
]  # fmt: skip
