"""Run the jobs: ``flask worker``."""

from __future__ import annotations

import signal
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

JOBS = "canteen.jobs"


@click.command()
@click.option("--threads", default=2, show_default=True, help="How many jobs may run at once.")
@with_appcontext
def worker(threads: int) -> None:
    """Run jobs until told to stop; a job that has begun is finished first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Until the consumer has its own handlers nothing has begun that would have to be finished.
        signal.signal(number, _leave)
    huey = current_app.extensions[JOBS].huey
    huey.create_consumer(workers=threads, graceful_signal="TERM", shutdown_timeout=20, flush_locks=True).run()


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)
