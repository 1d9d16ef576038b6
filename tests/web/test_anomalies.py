"""A case is looked for, opened and settled on its page; a rule is given other thresholds there."""

from __future__ import annotations

import re

from canteen import seniors
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.settlement import months


def test_a_case_is_worked_and_a_rule_set(office):
    world = months.a_world(office.database, town=office.town)
    months.eat(office.database, world, world.people[0])
    with office.database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=world.people[0], kind="death", value="deceased", valid_from=make.MONDAY.replace(day=1),
            evidence="火化证", source="staff", actor="staff:1", at=make.NOON,
        )  # fmt: skip
    accountant, here = office.browser("zheng", "accountant", region=make.FUTIAN), "/accounting/anomalies"
    found = accountant.send(f"{here}/search", here)
    assert "新发现 1 件" in found.text
    case = re.search(r"/accounting/anomalies/(X-\w+)", found.text)
    assert case
    at = f"{here}/{case[1]}"
    assert "去世或迁走以后" in accountant.client.get(at).text
    assert accountant.send(at, at, step="confirmed", note="").status_code == 422
    settled = accountant.send(at, at, step="confirmed", note="家属承认代取")
    assert ("已查实" in settled.text, "提出追回" in settled.text) == (True, True)
    limits = {
        "limit_grace_days": "3",
        "region": make.FUTIAN,
        "rule": "after_death",
        "is_on": "on",
        "reason": "登记滞后",
    }
    assert "门槛已改" in accountant.send(f"{here}/thresholds", here, **limits).text
    assert "宽限天 3" in accountant.client.get(here).text
    away = accountant.send(f"{here}/thresholds", here, **{**limits, "region": "440305000000"})
    assert away.status_code in {403, 422}
    assert (
        office.browser("shen", "auditor", region=make.FUTIAN).send(at, at, step="reopened", note="x").status_code == 403
    )
