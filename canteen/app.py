"""Wire a canteen together: settings in, a Flask application out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask

from canteen import api, schema, web
from canteen.cli.audit import audit
from canteen.cli.backup import backup, restore
from canteen.cli.canteen import canteen as canteen_commands
from canteen.cli.database import database
from canteen.cli.delivery import delivery
from canteen.cli.demo import demo as demo_commands
from canteen.cli.export import export
from canteen.cli.keys import keys
from canteen.cli.ledger import ledger
from canteen.cli.nation import nation
from canteen.cli.policy import policy
from canteen.cli.staff import staff
from canteen.cli.standing import standing
from canteen.cli.statement import statement
from canteen.cli.welfare import welfare_commands
from canteen.cli.whatif import whatif
from canteen.cli.worker import JOBS, worker
from canteen.demo import extend_menus
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.settings import Settings
from canteen.house import House
from canteen.http import auth, current, errors, health, limits, logging, security, soon
from canteen.jobs import Jobs
from canteen.web import demo, device_door, receipts


class _App(Flask):
    """Take every view and hook as it is: none of the house's is a coroutine, which Flask would look for each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function."""
        return func


def create_app(settings: Settings) -> Flask:
    """Build the application that serves one canteen database."""
    house = House.build(settings)
    app = _App("canteen", static_folder=str(settings.root / "static"))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    current.put(app, house)
    jobs = Jobs(house)
    app.extensions |= {JOBS: jobs, receipts.DELIVER_SOON: jobs.deliver_soon}
    soon.put(app, reconsider=jobs.reconsider_soon, reprice=jobs.reprice_soon)
    _protect(app, settings)
    app.register_blueprint(health.blueprint(schema.head()))
    app.register_blueprint(web.blueprint)
    app.register_blueprint(device_door.blueprint)
    security.exempt_from_csrf(app, device_door.blueprint)
    api.init_app(app)
    if settings.clock is not None:
        _demonstrate(app, house, settings.clock)
    for command in (
        database,
        canteen_commands,
        demo_commands,
        nation,
        policy,
        staff,
        worker,
        audit,
        backup,
        restore,
        statement,
        standing,
        ledger,
        export,
        keys,
        delivery,
        welfare_commands,
    ):
        app.cli.add_command(command)
    policy.add_command(whatif)
    return app


def _protect(app: Flask, settings: Settings) -> None:
    logging.init_app(app)
    security.init_app(app, settings)
    errors.init_app(app)
    auth.init_app(app)
    limits.init_app(app, settings.redis_url or "memory://")


def _demonstrate(app: Flask, house: House, start: datetime) -> None:
    app.extensions[demo.CLOCK] = clock.run_demo(house.settings.var / "demo-clock.json", start)
    app.extensions[demo.MOVED] = partial(_follow_the_clock, house)
    app.register_blueprint(demo.blueprint)
    security.exempt_from_csrf(app, demo.set_clock)


def _follow_the_clock(house: House, at: datetime) -> None:
    with house.database.transaction(EVERYWHERE) as session:
        extend_menus(session, at=at)
