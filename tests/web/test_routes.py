"""Walk every route as a stranger and as each role: nobody gets further than the audience of the route says."""

from __future__ import annotations

import pytest

from canteen import access
from canteen.foundation.references import reference_of
from canteen.http.auth import ANY_STAFF, BEARER, CARRIER, DEVICE, FOLLOWER, PUBLIC, audience_of
from tests.edges import DEMO, ROOT, built, settings_for
from tests.staffing import PASSWORD, a_clerk


@pytest.fixture
def app(database, tmp_path):
    (tmp_path / "static").symlink_to(ROOT / "static")
    yield from built(settings_for(database, tmp_path, **DEMO))


def routes(app):
    """List (address, method, audience) of every route, with made-up values in the address."""
    for rule in app.url_map.iter_rules():
        values = {name: _made_up(rule, name) for name in rule.arguments}
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield address, method, audience_of(app.view_functions[rule.endpoint], method)


def _made_up(rule, name):
    converter = rule._converters[name]
    made_up = {"IntegerConverter": 987_654, "ReferenceConverter": reference_of("P", 987_654)}
    return made_up.get(type(converter).__name__, "no-such-thing")


def ask(client, address, method):
    return client.open(address, method=method, headers={"Accept": "application/json"}).status_code


def a_client(app):
    """Open a browser for which the form tokens are taken as read, since here only the audience counts."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def entered_as(app, database, role):
    a_clerk(database, role)
    client = a_client(app)
    client.post("/login", data={"username": "wang", "password": PASSWORD})
    return client


def test_every_route_has_a_decided_audience(app):
    known = access.PERMISSIONS | {PUBLIC, ANY_STAFF, BEARER, DEVICE, CARRIER, FOLLOWER}
    undecided = [f"{method} {address}" for address, method, who in routes(app) if who not in known]

    assert not undecided, "\n".join(undecided)


def test_a_stranger_gets_no_further_than_public_pages(app):
    client = a_client(app)
    entered = [
        f"{method} {address}"
        for address, method, who in routes(app)
        if who != PUBLIC and ask(client, address, method) != 401
    ]

    assert not entered, "\n".join(entered)


@pytest.mark.parametrize("role", access.standard(), ids=lambda role: role.code)
def test_a_role_gets_no_further_than_its_permissions(app, database, role):
    client = entered_as(app, database, role.code)
    closed = access.PERMISSIONS - set(role.permissions)

    entered = [
        f"{method} {address}"
        for address, method, who in routes(app)
        if who in closed and ask(client, address, method) != 403
    ]

    assert not entered, "\n".join(entered)


@pytest.mark.parametrize("role", access.standard(), ids=lambda role: role.code)
def test_no_page_breaks_for_any_role(app, database, role):
    client = entered_as(app, database, role.code)

    broken = [address for address, method, _ in routes(app) if method == "GET" and ask(client, address, method) >= 500]

    assert not broken, "\n".join(broken)
