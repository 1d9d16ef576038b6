"""Run the jobs: ``flask worker``."""

from __future__ import annotations

import os
import signal

import click
from flask import current_app
from flask.cli import with_appcontext

JOBS = "canteen.jobs"

# Somebody stands at the counter and waits for the picture of a code.
_LONGEST_NAP = 0.5


@click.command()
@click.option("--threads", default=2, show_default=True, help="How many jobs may run at once.")
@with_appcontext
def worker(threads: int) -> None:
    """Run jobs until told to stop; a job that has begun is finished first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Until the consumer has its own handlers nothing has begun that would have to be finished.
        signal.signal(number, _leave)
    huey = current_app.extensions[JOBS].huey
    huey.create_consumer(
        workers=threads, max_delay=_LONGEST_NAP, graceful_signal="TERM", shutdown_timeout=20, flush_locks=True
    ).run()


def _leave(_number: int, _frame: object) -> None:
    """Leave at once: an exception raised while threads are being started would end as a traceback."""
    os._exit(0)
