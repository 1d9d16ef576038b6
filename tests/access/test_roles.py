from __future__ import annotations

import pytest

from canteen import access
from canteen.access.tables import Role
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from tests.staffing import AT


def test_standard_roles_have_known_permissions_only():
    unknown = {permission for role in access.standard() for permission in role.permissions} - access.PERMISSIONS

    assert not unknown


def test_every_permission_belongs_to_some_standard_role():
    used = {permission for role in access.standard() for permission in role.permissions}

    assert used == access.PERMISSIONS


def test_an_auditor_reads_everything_and_changes_nothing():
    auditor = next(role for role in access.standard() if role.code == "auditor")

    assert set(auditor.permissions) == {name for name in access.PERMISSIONS if name.endswith(".read")}


def test_installing_again_keeps_what_an_office_has_changed(database):
    with database.transaction(EVERYWHERE) as session:
        access.install(session, actor="test", at=AT)
        access.define(session, code="courier", name="骑手", permissions=["deliveries.read"], actor="test", at=AT)
        access.install(session, actor="test", at=AT)

        assert session.get(Role, "courier").permissions == ["deliveries.read"]


def test_a_permission_that_no_code_knows_is_refused(database):
    with database.transaction(EVERYWHERE) as session, pytest.raises(Invalid, match=r"access\.no_such_permission"):
        access.define(session, code="x", name="x", permissions=["counter.fly"], actor="test", at=AT)
