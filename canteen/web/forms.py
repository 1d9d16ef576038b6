"""Read what was typed into a form, and show the form again with the reason when it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import wraps
from typing import ParamSpec

from flask import flash, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from canteen.foundation import money
from canteen.foundation.errors import Conflict, Invalid, Refused
from canteen.http import errors, words
from canteen.http.auth import actor

P = ParamSpec("P")
Page = Callable[..., str]
Act = Callable[P, BaseResponse]
_LONGEST = 200
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})", re.ASCII)
_BETWEEN = re.compile(r"[、，,;；\s]+")


def me() -> str:
    """Name who acts, as the books keep it."""
    return f"staff:{actor().ref}"


def typed(name: str) -> str:
    """Return what was typed, without blanks around it; refuses ``form.too_long``."""
    text = request.form.get(name, "").strip()
    if len(text) > _LONGEST:
        raise Invalid("form.too_long", most=_LONGEST)
    return text


def needed(name: str) -> str:
    """Return what was typed; refuses ``form.missing`` where that is nothing."""
    text = typed(name)
    if not text:
        raise Invalid("form.missing")
    return text


def chosen(name: str, choices: Collection[str]) -> str:
    """Return what was chosen; refuses ``form.no_such_choice``."""
    choice = typed(name)
    if choice not in choices:
        raise Invalid("form.no_such_choice")
    return choice


def day(name: str) -> date | None:
    """Return the day that was typed, None for nothing; refuses ``form.not_a_day``."""
    text = typed(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("form.not_a_day", text=text[:20]) from None


def needed_day(name: str) -> date:
    """Return the day that was typed; refuses ``form.missing`` and ``form.not_a_day``."""
    found = day(name)
    if found is None:
        raise Invalid("form.missing")
    return found


def last_day(name: str) -> date | None:
    """Return the first day after the last one that was typed, None for nothing."""
    last = day(name)
    return None if last is None else last + timedelta(days=1)


def minute(name: str) -> int:
    """Return a time of day in minutes after midnight; refuses ``form.not_a_time``."""
    match = _TIME.fullmatch(needed(name))
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        raise Invalid("form.not_a_time")
    return int(match[1]) * 60 + int(match[2])


def number(name: str, *, most: int) -> int:
    """Return a whole number from nought; refuses ``form.not_a_number``."""
    text = needed(name)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise Invalid("form.not_a_number", most=most)
    return int(text)


def yuan(name: str) -> int | None:
    """Return an amount in fen that was typed in yuan, None for nothing; refuses ``form.not_an_amount``."""
    text = typed(name)
    try:
        return money.fen(text) if text else None
    except ValueError:
        raise Invalid("form.not_an_amount", text=text[:20]) from None


def several(name: str) -> list[str]:
    """Return the words of a field that may hold many, in their order."""
    return list(dict.fromkeys(part for part in _BETWEEN.split(typed(name)) if part))


def shown_again(page: Page) -> Callable[[Act[P]], Act[P]]:
    """Answer a refusal of an act with the page that it was sent from, and the sentence above it."""

    def mark(act: Act[P]) -> Act[P]:
        @wraps(act)
        def trying(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
            try:
                return act(*args, **kwargs)
            except (Invalid, Refused, Conflict) as error:
                if errors.wants_problem():
                    raise
                flash(words.refusal(error.code, error.params), "error")
                return make_response(page(*args, **kwargs), errors.status_of(error))

        return trying

    return mark
