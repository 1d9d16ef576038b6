"""Tell a refusal on the terminal in words instead of a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from canteen.foundation.errors import CanteenError
from canteen.http import words

P = ParamSpec("P")
R = TypeVar("R")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a command refuses into a sentence and exit status 1."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CanteenError as error:
            raise click.ClickException(f"{error} {words.refusal(error.code, error.params)}") from error

    return telling
