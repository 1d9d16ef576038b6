"""Tell a watcher whether the canteen can work: `/healthz`."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from canteen.http.auth import PUBLIC, audience
from canteen.http.current import house


def blueprint(newest: str | None) -> Blueprint:
    """Answer 200 while the database answers at the newest migration."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @audience(PUBLIC)
    def healthz() -> tuple[Response, int]:
        revision, answers = _revision()
        is_well = answers and revision == newest
        report = {
            "status": "ok" if is_well else "unwell",
            "database": "answers" if answers else "no answer",
            "migration": {"at": revision, "newest": newest},
            "version": house().version,
        }
        return jsonify(report), 200 if is_well else 503

    return health


def _revision() -> tuple[str | None, bool]:
    try:
        with house().database.looking() as connection:
            return MigrationContext.configure(connection).get_current_revision(), True
    except SQLAlchemyError:
        return None, False
