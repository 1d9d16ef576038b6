from __future__ import annotations

import pytest

from canteen.foundation.errors import Denied
from canteen.http.auth import ANY_STAFF, BEARER, PUBLIC, actor, audience, check_bearer_with
from tests.edges import log_in
from tests.staffing import DISTRICT, PASSWORD, a_clerk


def serve(app, who):
    def view():
        return {"actor": actor().ref, "canteens": len(actor().scope.region_prefixes)}

    app.add_url_rule("/guarded", view_func=audience(who)(view) if who else view)
    return app.test_client()


def test_an_endpoint_without_an_audience_is_refused(app):
    assert serve(app, None).get("/guarded").status_code == 403


def test_an_audience_that_nobody_knows_cannot_be_stated():
    with pytest.raises(ValueError, match="no such audience"):
        audience("counter.fly")


def test_a_stranger_is_sent_to_log_in_and_back(app):
    response = serve(app, ANY_STAFF).get("/guarded?day=1")

    assert (response.status_code, response.location) == (303, "/login?next=/guarded?day%3D1")


def test_a_stranger_asking_for_json_is_told_to_log_in(app):
    response = serve(app, ANY_STAFF).get("/guarded", headers={"Accept": "application/json"})

    assert (response.status_code, response.json["code"]) == (401, "access.not_logged_in")


def test_who_lacks_the_permission_is_refused(app, database):
    a_clerk(database, "courier")
    client = serve(app, "statements.freeze")
    log_in(client, "wang", PASSWORD)

    assert client.get("/guarded").status_code == 403


def test_who_has_the_permission_enters_with_its_scope(app, database):
    staff = a_clerk(database, "accountant", DISTRICT)
    client = serve(app, "statements.freeze")
    log_in(client, "wang", PASSWORD)

    assert client.get("/guarded").json == {"actor": staff.ref, "canteens": 1}


def test_a_made_up_cookie_opens_nothing(app):
    client = serve(app, ANY_STAFF)
    client.set_cookie("staff", "made-up")

    assert client.get("/guarded").status_code == 303


@pytest.mark.parametrize("header", [None, "Bearer ", "Basic YTpi", "Bearer wrong"])
def test_an_app_without_its_token_is_refused(app, header):
    def check(token):
        if token != "right":
            raise Denied("access.not_logged_in")

    check_bearer_with(app, check)
    client = serve(app, BEARER)

    assert client.get("/guarded", headers={"Authorization": header} if header else {}).status_code in {303, 401}


def test_an_app_with_its_token_enters(app):
    check_bearer_with(app, lambda _token: None)
    app.add_url_rule("/for-apps", view_func=audience(BEARER)(lambda: "in"))

    assert app.test_client().get("/for-apps", headers={"Authorization": "Bearer right"}).text == "in"


def test_nobody_enters_by_token_where_nobody_checks_tokens(app):
    client = serve(app, BEARER)

    assert (
        client.get("/guarded", headers={"Authorization": "Bearer x", "Accept": "application/json"}).status_code == 401
    )


def test_a_public_view_may_ask_who_is_there_and_find_nobody(app):
    app.add_url_rule("/open", view_func=audience(PUBLIC)(lambda: "open"))

    assert app.test_client().get("/open").text == "open"
