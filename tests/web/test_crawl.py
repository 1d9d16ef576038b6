"""No page of the demonstration leads nowhere: every link of every page is followed, as every role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen import demo
from canteen.foundation.clock import CHINA
from canteen.foundation.db import Database
from tests import builders as make
from tests.edges import DEMO, ROOT, built, settings_for, token_on

START = datetime(2026, 11, 23, 10, 40, tzinfo=CHINA)
ROLES = ("tour", "canteen", "manager", "courier", "community", "hotline", "accountant", "leader", "auditor", "admin")
LINK = re.compile(r'(?:href|src)="(/[^"]*)"')
# Each kind of page is opened a few times, not once for each of hundreds of people.
ALIKE = re.compile(r"[A-Z]-[2-9B-Z]{10}|\d{4}-\d{2}(-\d{2})?|=[^&]*")
MOST_ALIKE = 2


@pytest.fixture(scope="module")
def site(new_database, tmp_path_factory) -> Iterator[Flask]:
    """Load a small demonstration once for all roles."""
    folder: Path = tmp_path_factory.mktemp("site")
    (folder / "static").symlink_to(ROOT / "static")
    with new_database() as url:
        database = Database(url, make.VAULT, survives_power_cut=False)
        demo.load(database, make.KEYS, wanted=demo.Wanted(START, people=40, days=3), say=lambda _: None)
        yield from built(settings_for(database, folder, **DEMO))
        database.dispose()


@pytest.mark.both
@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_every_page_leads_somewhere(site: Flask, role: str) -> None:
    client = site.test_client()
    form = {"csrf_token": token_on(client, "/"), "username": role}
    assert client.post("/demo/login", data=form).status_code == 303
    dead, seen = crawl(client)
    assert not dead, "\n".join(dead)
    assert seen > 3


def crawl(client: FlaskClient) -> tuple[list[str], int]:
    """Follow links from the start page and the home page; answer the dead ones and how many were followed."""
    waiting, known, alike, dead = ["/", "/home"], {"/", "/home"}, Counter[str](), []
    while waiting:
        page = waiting.pop()
        status, links = opened(client, page)
        if status >= 400:
            dead.append(f"{status} {page}")
        for link in links:
            address = link.replace("&amp;", "&").partition("#")[0]
            kind = ALIKE.sub("*", address)
            if address not in known and alike[kind] < MOST_ALIKE:
                known.add(address)
                alike[kind] += 1
                waiting.append(address)
    return dead, len(known)


def opened(client: FlaskClient, page: str) -> tuple[int, list[str]]:
    """Open a page; answer its status, 599 for a stack trace, and where it leads."""
    with client.get(page, follow_redirects=True) as answer:
        if "text/html" not in answer.content_type:
            return answer.status_code, []
        return 599 if "Traceback" in answer.text else answer.status_code, LINK.findall(answer.text)
