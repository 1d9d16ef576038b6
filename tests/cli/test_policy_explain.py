from __future__ import annotations

import pytest

from canteen.foundation.db import EVERYWHERE
from canteen.seniors.tables import Person
from tests import builders as make
from tests.subsidy.builders import layer, text_of

ASKED = ("--on", "2026-03-02", "--meal", "lunch", "--price", "18.00")


@pytest.fixture
def explain(app, database):
    """Explain a lunch of a senior in hardship under a policy."""
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        make.a_policy(session)
        key = make.a_senior(session, categories=["minimum_living"])
        ref = session.get_one(Person, key).ref
    runner = app.test_cli_runner()
    return lambda policy, *words, senior=ref: runner.invoke(
        args=["policy", "explain", policy, "--senior", senior, *ASKED, *words]
    )


def test_a_published_policy_is_explained_with_every_rule_and_the_evidence(explain):
    told = explain("shenzhen-city").output
    assert told.startswith("这餐 18 元，政府补贴 15 元，您付 3 元。")
    assert "低保 2020-01-01~ #民政〔2020〕1号" in told
    assert "之前 0，之后 1，上限 1" in told


def test_a_file_is_explained_before_it_is_published(explain, tmp_path):
    file = tmp_path / "draft.yaml"
    file.write_text(text_of(layer('{fixed: "4.00"}')), "utf-8")
    told = explain(str(file)).output
    assert "您付 14 元" in told


def test_it_is_said_where_another_policy_would_price_the_meal(explain, tmp_path):
    file = tmp_path / "elsewhere.yaml"
    file.write_text(
        text_of(layer('{fixed: "4.00"}')).replace(
            "chosen_by: {hukou: {city: 深圳}}", "chosen_by: {hukou: {city: 梅州}}"
        )
    )
    assert "本来不由这份政策定价" in explain(str(file)).output


@pytest.mark.parametrize(
    ("policy", "words", "says"),
    [
        ("no-such-policy", (), "subsidy.unknown_policy"),
        ("shenzhen-city", ("--price", "eighteen"), "not an amount in yuan"),
        ("shenzhen-city", ("--canteen", "C-NONE"), "places.canteen_unknown"),
    ],
)
def test_what_cannot_be_explained_is_told_in_one_line(explain, policy, words, says):
    result = explain(policy, *words)
    assert result.exit_code != 0
    assert says in result.output


def test_an_unknown_senior_is_told_in_one_line(explain):
    assert "seniors.unknown" in explain("shenzhen-city", senior="P-NOBODY").output
