from __future__ import annotations

import json

from click.testing import CliRunner

from canteen import delivery as deliveries
from canteen.cli.delivery import delivery
from tests.delivery.cases import generated


def _run(tmp_path, text, *options):
    file = tmp_path / "case.json"
    file.write_text(text, "utf-8")
    return CliRunner().invoke(delivery, ["solve", str(file), "--out", str(tmp_path / "plan.json"), *options])


def test_a_case_becomes_a_plan_that_holds(tmp_path):
    text = json.dumps(generated(4))
    result = _run(tmp_path, text, "--iterations", "30", "--compare")
    plan = deliveries.read_plan((tmp_path / "plan.json").read_text("utf-8"))

    assert result.exit_code == 0, result.output
    assert not deliveries.verify(deliveries.read_case(text), plan)
    assert "nearest neighbour" in result.output


def test_the_same_steps_write_the_same_bytes(tmp_path):
    text = json.dumps(generated(4))
    _run(tmp_path, text, "--iterations", "30")
    first = (tmp_path / "plan.json").read_bytes()
    _run(tmp_path, text, "--iterations", "30")

    assert (tmp_path / "plan.json").read_bytes() == first


def test_a_malformed_case_is_told_and_writes_nothing(tmp_path):
    result = _run(tmp_path, "{}")

    assert result.exit_code == 1
    assert "送餐文件有误：format" in result.output
    assert not (tmp_path / "plan.json").exists()


def test_steps_that_are_no_numbers_are_refused(tmp_path):
    assert _run(tmp_path, "{}", "--iterations", "12,x").exit_code == 2
