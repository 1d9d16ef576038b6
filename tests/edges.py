"""Build the application on the database of a test, and behave like a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from canteen.app import create_app
from canteen.cli.worker import JOBS
from canteen.foundation import clock
from canteen.foundation.db import Database
from canteen.foundation.settings import Settings
from tests import compiled

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "CANTEEN_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": "1:" + "a" * 64,
    "CARD_KEYS": "1:" + "b" * 64,
    "CODE_KEYS": "1:" + "c" * 64,
    "WECHAT_TOKEN": "token",
    "WECHAT_SECRET": "secret",
    "WECHAT_AES_KEY": "k" * 43,
    "WECHAT_APPID": "wx0000000000000001",
    "PUBLIC_URL": "https://canteen.invalid",
}
DEMO = {"CANTEEN_CLOCK": "2026-11-23T10:40+08:00"}


def settings_for(database: Database, folder: Path, **environment: str) -> Settings:
    """Read settings that point at this database, with files below a folder of the test."""
    url = database.engine.url.render_as_string(hide_password=False)
    (folder / "static").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return Settings.from_environment({"DATABASE_URL": url, **environment}, folder)


def built(settings: Settings) -> Iterator[Flask]:
    """Build an application and tidy up after it."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled.TEMPLATES
    yield app
    app.extensions[JOBS].close()
    app.extensions["canteen"].database.dispose()
    clock.run_real()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_for(database, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    yield from built(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token_on(client: FlaskClient, page: str = "/login") -> str:
    """Read the CSRF token out of a form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"no form on {page}"
    return found[1]


def log_in(client: FlaskClient, username: str, password: str, **form: str) -> TestResponse:
    """Fill in the log-in form and send it."""
    filled = {"csrf_token": token_on(client), "username": username, "password": password, **form}
    return client.post("/login", data=filled)
