"""Accounts and roles, within the reach of the administrator."""

from __future__ import annotations

import pytest

from canteen import access
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk

PAGE = "/office/staff"
HERE, ELSEWHERE = f"region:{make.FUTIAN}", f"region:{desk.OTHER_DISTRICT}"
NEW = {"name": "李会计", "username": "li", "password": "happy-meals", "role": "accountant", "place": HERE}
ACTS = ["grants", "grants/withdraw", "log-out", "password", "end"]


def ref_of(office, username):
    with office.database.reading(EVERYWHERE) as session:
        return access.find(session, username=username).ref


def roles_of(office, username):
    with office.database.reading(EVERYWHERE) as session:
        staff = access.find(session, username=username)
        return [grant.role for grant in access.granted(session, staff.id)]


def administrator(office):
    return desk.a_worker(office, "administrator")


def test_an_account_is_opened_with_a_role_in_reach(office):
    answer = administrator(office).send(PAGE, PAGE, **NEW)

    assert "民政会计：福田区" in answer.text
    assert "happy-meals" not in answer.text


def test_a_weak_password_is_refused_and_never_shown_again(office):
    answer = administrator(office).send(PAGE, PAGE, **{**NEW, "password": "short"})

    assert answer.status_code == 422
    assert 'value="李会计"' in answer.text
    assert "short" not in answer.text


def test_no_role_is_given_beyond_ones_own_reach(office):
    answer = administrator(office).send(PAGE, PAGE, **{**NEW, "place": ELSEWHERE})

    assert answer.status_code == 403
    with office.database.reading(EVERYWHERE) as session:
        assert [staff.username for staff in access.listed(session)] == ["chen"]


def test_a_role_is_given_and_taken_back(office):
    browser = administrator(office)
    browser.send(PAGE, PAGE, **NEW)
    page = f"{PAGE}/{ref_of(office, 'li')}/grants"
    browser.send(page, PAGE, role="auditor", place=HERE)
    assert roles_of(office, "li") == ["accountant", "auditor"]

    browser.send(f"{page}/withdraw", PAGE, role="accountant", place=HERE)
    assert roles_of(office, "li") == ["auditor"]


def test_a_role_given_twice_is_held_once(office):
    browser = administrator(office)
    browser.send(PAGE, PAGE, **NEW)
    for _ in range(2):
        browser.send(f"{PAGE}/{ref_of(office, 'li')}/grants", PAGE, role="auditor", place=HERE)

    assert roles_of(office, "li") == ["accountant", "auditor"]


@pytest.mark.parametrize("act", ["grants", "grants/withdraw", "end"])
def test_nobody_changes_what_he_may_do_himself(office, act):
    browser = administrator(office)
    answer = browser.send(f"{PAGE}/{ref_of(office, 'chen')}/{act}", PAGE, role="administrator", place=HERE)

    assert answer.status_code == 409
    assert roles_of(office, "chen") == ["administrator"]


@pytest.mark.parametrize("act", ACTS)
def test_an_account_with_a_role_elsewhere_is_out_of_reach(office, act):
    office.browser("wu", "administrator", region="440300000000")
    browser = administrator(office)
    form = {"role": "administrator", "place": HERE, "password": "happy-meals"}

    assert "440300" not in browser.client.get(PAGE).text
    assert browser.send(f"{PAGE}/{ref_of(office, 'wu')}/{act}", PAGE, **form).status_code == 404


@pytest.mark.parametrize("act", ["log-out", "password", "end"])
def test_who_is_logged_out_by_the_administrator_is_out_at_once(office, act):
    other = office.browser("li", "accountant", region=make.FUTIAN)
    assert other.client.get("/office/people").status_code == 200
    administrator(office).send(f"{PAGE}/{ref_of(office, 'li')}/{act}", PAGE, password="happy-meals")

    assert other.client.get("/office/people").location.startswith("/login")


def test_accounts_need_the_token_of_the_page(office):
    assert administrator(office).client.post(PAGE, data=NEW).status_code == 400


def test_an_auditor_sees_accounts_and_changes_none(office):
    browser = desk.a_worker(office, "auditor")

    assert "开一个账号" not in browser.client.get(PAGE).text
    assert browser.send(PAGE, "/office/audit", **NEW).status_code in {400, 403}
