from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from canteen import access
from canteen.access.tables import Staff
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests.edges import PRODUCTION, ROOT, settings_for
from tests.staffing import CITY, PASSWORD, regions


@pytest.fixture
def run(app, database):
    """Run a command on a database with regions."""
    with database.transaction(EVERYWHERE) as session:
        regions(session)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=[str(word) for word in words])


ADD = ("staff", "add", "wang", "--name", "王师傅", "--password", PASSWORD, "--role")


def test_an_added_member_may_log_in(run, database):
    assert run(*ADD, "leader", "--region", CITY).exit_code == 0

    assert access.log_in(database, username="wang", password=PASSWORD, place="", at=clock.now()).token


def test_a_refusal_is_told_in_one_line_and_changes_nothing(run, database):
    result = run(*ADD, "emperor", "--region", CITY)

    assert result.exit_code == 1
    assert result.output.startswith("Error: access.no_such_role")
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(Staff.id)) is None


def test_an_ended_member_may_not_log_in(run, database):
    run(*ADD, "leader", "--region", CITY)
    assert run("staff", "end", "wang").exit_code == 0

    with database.reading(EVERYWHERE) as session:
        assert access.listed(session) == []


def test_a_new_password_replaces_the_old_one(run, database):
    run(*ADD, "leader", "--region", CITY)
    assert run("staff", "password", "wang", "--password", "battery-staple").exit_code == 0

    assert access.log_in(database, username="wang", password="battery-staple", place="", at=clock.now()).token


def test_a_backup_tells_how_much_was_written(run, tmp_path):
    result = run("backup", tmp_path / "copy")

    assert result.exit_code == 0
    assert result.output.endswith(f" rows are in {tmp_path / 'copy'}.\n")


def test_a_restore_into_a_filled_database_is_refused(run, tmp_path):
    run("backup", tmp_path / "copy")
    result = run("restore", tmp_path / "copy")

    assert result.exit_code == 1
    assert "not empty" in result.output


def of_process(**settings):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **settings, "PYTHONUNBUFFERED": "1"}


def test_wrong_settings_are_told_clearly_and_end_the_process():
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=of_process(CANTEEN_ENV="production", CANTEEN_CLOCK="2026-11-23T10:40"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "SECRET_KEY must be set in production" in done.stderr
    assert "CANTEEN_CLOCK is for demonstrations" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_secret_is_shown_with_the_settings(database, tmp_path):
    shown = repr(settings_for(database, tmp_path, **{**PRODUCTION, "WECHAT_SECRET": "not-to-be-seen"}))

    assert not [hidden for hidden in ("not-to-be-seen", "s" * 32, "k" * 43) if hidden in shown]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_cleanly_when_told(tmp_path, number):
    program = (
        "import sys, pathlib; from canteen.app import create_app; from canteen.http import logging;"
        "from canteen.foundation.settings import Settings; logging.configure();"
        "app = create_app(Settings.from_environment({}, pathlib.Path(sys.argv[1])));"
        "app.cli.main(['worker'], obj=__import__('flask').cli.ScriptInfo(create_app=lambda: app))"
    )
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    worker = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, env=of_process(), stderr=subprocess.PIPE, text=True
    )
    assert any("deliver_due_notices" in line for line in worker.stderr)
    worker.send_signal(number)
    _, rest = worker.communicate(timeout=30)

    assert worker.returncode == 0
    assert "Traceback" not in rest
