"""Remember which follower of the official account a browser was opened by, and for whom the page is.

The account stands in the signed cookie of the page. It opens nothing by itself: whom it may act for is looked up at
every request, so that a right that was taken away is gone at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import g, session

from canteen.foundation import clock
from canteen.foundation.errors import Denied

# Entering again is silent in WeChat, so the stay is as long as a day's errands.
STAY = timedelta(hours=12)
_ACCOUNT, _UNTIL, _PERSON = "follower", "follower_until", "follower_for"


def enter(account: str, at: datetime) -> None:
    """Let a browser in under an account, in the place of any other."""
    leave()
    session[_ACCOUNT], session[_UNTIL] = account, (at + STAY).timestamp()


def leave() -> None:
    """Forget the account."""
    for name in (_ACCOUNT, _UNTIL, _PERSON):
        session.pop(name, None)


def account() -> str:
    """Return the account that the browser was opened by; ``access.not_entered`` where there is none."""
    if "follower" not in g:
        held = session.get(_ACCOUNT)
        if not held or session.get(_UNTIL, 0) <= clock.now().timestamp():
            raise Denied("access.not_entered")
        g.follower = str(held)
    return str(g.follower)


def chosen() -> str:
    """Return the reference of the person that was chosen last, or nothing."""
    return str(session.get(_PERSON, ""))


def choose(person_ref: str) -> None:
    """Have the pages be for another person."""
    session[_PERSON] = person_ref
