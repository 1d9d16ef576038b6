from __future__ import annotations

from dataclasses import replace

import pytest

from canteen import schema
from canteen.app import create_app
from canteen.foundation.settings import Settings


@pytest.fixture
def settings(tmp_path):
    """Stand in a fresh clone with a migrated database."""
    made = Settings.from_environment({}, tmp_path)
    schema.upgrade(made.database_url)
    return made


def _run(settings, *words):
    return create_app(settings).test_cli_runner().invoke(args=["demo", *words])


def test_clock_is_printed_with_its_offset(settings):
    assert _run(settings, "clock").output.strip().endswith("T10:40:00+08:00")


def test_second_load_says_that_the_data_are_there(settings):
    first = _run(settings, "load", "--people", "3", "--days", "1")
    second = _run(settings, "load", "--people", "3", "--days", "1")

    assert (first.exit_code, second.output.splitlines()[0]) == (0, "The demonstration data are there already.")


def test_load_tells_the_log_ins_and_the_slip(settings):
    told = _run(settings, "load", "--people", "3", "--days", "1").output

    assert "accountant" in told
    assert "code 2026078" in told


@pytest.mark.parametrize("word", ["clock", "load"])
def test_production_refuses_to_invent(settings, word):
    refused = _run(replace(settings, production=True), word)

    assert (refused.exit_code, "production" in refused.output) == (1, True)
