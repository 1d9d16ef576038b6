"""Give every test a database of its own, a browser where it asks for one, and no way to the outside."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as trials
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from canteen.access import passwords
from canteen.foundation.db import Database
from tests import compiled, loopback, postgresql, sqlite
from tests.builders import Town
from tests.edges import app, client, settings
from tests.worlds import Worlds, opened
from tools import browser

__all__ = ["app", "client", "settings"]

Serve = Callable[[WSGIApplication], str]

# Only a failure waits so long: a machine may be busy with other things, and no test proves how fast it is.
PATIENCE_MILLISECONDS = 60_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Close the outside; in the one controlling process, start the one server."""
    # How long an example takes says how busy the machine is.
    trials.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    trials.load_profile("house")
    loopback.keep_inside()
    compiled.keep_statements()
    compiled.keep_addresses()
    if config.getoption("--database") == "postgresql" and not hasattr(config, "workerinput"):
        server = postgresql.start()
        config.stash[postgresql.SERVER] = server
        config.add_cleanup(server.stop)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the server is."""
    server = node.config.stash.get(postgresql.SERVER, None)
    node.workerinput["server"] = server.url if server else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark whatever touches a database, for it runs on both kinds; leave out what this kind need not repeat."""
    elsewhere = "postgresql" if config.getoption("--database") == "sqlite" else "variation"
    items[:] = [item for item in items if item.get_closest_marker(elsewhere) is None]
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.both)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector pass over what is there for the whole run: every module and thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords with the least work: what is proved is who comes in, not how long a thief would need."""
    dear = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords._HASHER.hash("nobody has this password")
    yield
    passwords._HASHER = dear


@pytest.fixture(scope="session")
def all_worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Make fresh migrated databases, each from one template per process."""
    if request.config.getoption("--database") == "sqlite":
        yield Worlds(sqlite.Template(tmp_path_factory.mktemp("template")))
        return
    worker = getattr(request.config, "workerinput", None)
    url = worker["server"] if worker else request.config.stash[postgresql.SERVER].url
    with postgresql.Template(url) as template:
        yield Worlds(template)


@pytest.fixture(scope="session")
def new_database(all_worlds: Worlds) -> Callable[[], Any]:
    """Make fresh migrated databases with nothing in them."""
    return all_worlds.copy


@pytest.fixture
def database(request: pytest.FixtureRequest, all_worlds: Worlds) -> Iterator[Database]:
    """Open a database that no other test has seen: furnished as the world that the test asks for, else empty."""
    world = next((name for name in ("town", "nation") if name in request.fixturenames), "")
    with all_worlds.copy(world) as url:
        database = opened(url)
        yield database
        database.dispose()


@pytest.fixture
def nation(all_worlds: Worlds, database: Database) -> None:
    """Furnish the database with regions, chart, calendar and roles."""
    assert database, all_worlds.built("nation")


@pytest.fixture
def town(all_worlds: Worlds, database: Database) -> Town:
    """Furnish the database with the small world of the builders, and return its keys."""
    assert database
    built: Town = all_worlds.built("town")
    return built


@pytest.fixture
def serving() -> Iterator[Serve]:
    """Serve a WSGI application on a free port of loopback; answers its address."""
    servers = []

    def serve(app: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, _answering_whole(app), threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def _answering_whole(app: WSGIApplication) -> WSGIApplication:
    """Read each answer before it is sent: Werkzeug's server leaves a file open where the browser went away."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if (close := getattr(body, "close", None)) is not None:
                close()

    return answer


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser once per process; a machine without one fails the test."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    path = browser.find()
    if path is None:
        pytest.fail("no Chromium: install Debian's chromium, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(browser.FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a page in a fresh profile, in China."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()
