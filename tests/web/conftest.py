"""Serve the pages to tests: the application on the small world of the builders, and somebody at work in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from canteen import access
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.edges import ROOT, built, settings_for


@dataclass
class Browser:
    """Hold a browser in which somebody is logged in, and speak as the pages do."""

    client: FlaskClient

    def token(self, page: str) -> str:
        """Read the form token from a page."""
        found = re.search(r'(?:data-csrf|name="csrf_token" value)="([^"]+)"', self.client.get(page).text)
        assert found, f"no token on {page}"
        return found[1]

    def say(self, url: str, body: dict[str, Any], page: str = "/counter") -> TestResponse:
        """Send JSON as the scanning page does."""
        headers = {"X-CSRFToken": self.token(page), "Accept": "application/json"}
        return self.client.post(url, json=body, headers=headers)

    def send(self, url: str, page: str, **form: str) -> TestResponse:
        """Send a form that stands on a page."""
        return self.client.post(url, data={"csrf_token": self.token(page), **form}, follow_redirects=True)


@dataclass
class Office:
    """Hold the application, its database and the small world."""

    app: Flask
    database: Database
    town: make.Town

    def browser(
        self, username: str, role: str | None = None, *, canteen_id: int | None = None, region: str = ""
    ) -> Browser:
        """Log somebody in who has a role at a canteen, that of the town unless another is named."""
        with self.database.transaction(EVERYWHERE) as session:
            staff = access.add(
                session, username=username, name="王师傅", password="correct-horse", actor="test", at=make.BEFORE
            )
            place = {"region_code": region} if region else {"canteen_id": canteen_id or self.town.canteen_id}
            if role:
                access.give(session, ref=staff.ref, role=role, actor="test", at=make.BEFORE, **place)
        return self.entered(username)

    def entered(self, username: str) -> Browser:
        """Enter by the door of the demonstration."""
        browser = Browser(self.app.test_client())
        form = {"csrf_token": browser.token("/login"), "username": username}
        browser.client.post("/demo/login", data=form)
        return browser

    def stranger(self) -> FlaskClient:
        """Open a browser in which nobody is logged in."""
        return self.app.test_client()


@pytest.fixture
def office(database: Database, town: make.Town, tmp_path: Path) -> Iterator[Office]:
    """Open the application at half past eleven of a Monday, lunch being served."""
    (tmp_path / "static").symlink_to(ROOT / "static")
    for app in built(settings_for(database, tmp_path, CANTEEN_CLOCK="2026-03-02T11:30+08:00")):
        yield Office(app, database, town)
