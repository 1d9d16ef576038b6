"""Say things to people after the act: an outbox, and a channel to empty it.

A *notice* is one thing to say to one account; its *key* makes it be said once. A *channel* says it; the house knows
none of its own, whoever speaks to people (the WeChat guest) brings one. Acts never wait for a channel.
"""

from canteen.notices.channel import Channel
from canteen.notices.outbox import Due, due, enqueue, mark, prune, retry_at, were_enqueued

__all__ = ["Channel", "Due", "due", "enqueue", "mark", "prune", "retry_at", "were_enqueued"]
