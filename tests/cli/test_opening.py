"""A new installation is opened by two commands."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from canteen import subsidy
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Account, Funder
from canteen.places.tables import CalendarDay, Region
from canteen.subsidy.tables import PublishedPolicy

SHENZHEN = next((Path(subsidy.__file__).parent / "policies").rglob("shenzhen-city.yaml"))


def test_the_nation_is_loaded_and_loading_again_changes_nothing(app: Flask, database: Database) -> None:
    counts = []
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["nation", "load"]).exit_code == 0
        with database.reading(EVERYWHERE) as session:
            counts.append([session.scalar(select(func.count()).select_from(t)) for t in (Region, Account, CalendarDay)])
    assert counts[0] == counts[1]
    assert all(counts[0])


def test_a_policy_is_published_once_with_its_purses(app: Flask, database: Database) -> None:
    run = app.test_cli_runner().invoke
    run(args=["nation", "load"])
    for _ in range(2):
        assert run(args=["policy", "publish", str(SHENZHEN), "--by", "luo"]).exit_code == 0
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(PublishedPolicy.code)).all() == ["shenzhen-city"]
        assert session.scalars(select(Funder.code)).all() == ["440300:government"]


def test_a_policy_with_mistakes_is_not_published(app: Flask, database: Database, tmp_path: Path) -> None:
    app.test_cli_runner().invoke(args=["nation", "load"])
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SHENZHEN.read_text("utf-8").replace("  birthday: on_the_day\n", ""), "utf-8")
    result = app.test_cli_runner().invoke(args=["policy", "publish", str(wrong), "--by", "luo"])
    assert result.exit_code == 1
    assert "birthday" in result.output
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(PublishedPolicy.code)).all() == []
