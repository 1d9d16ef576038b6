from __future__ import annotations

from canteen.foundation.db import Database
from canteen.http import health
from tests.edges import ROOT, built, settings_for


def test_a_well_canteen_says_so(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json["status"] == "ok"
    assert f'version = "{response.json["version"]}"' in (ROOT / "pyproject.toml").read_text()


def test_a_database_behind_the_newest_migration_is_unwell(app):
    app.register_blueprint(health.blueprint("9999_later"), name="later", url_prefix="/later")

    response = app.test_client().get("/later/healthz")

    assert response.status_code == 503
    assert response.json["migration"]["newest"] == "9999_later"


def test_a_database_that_does_not_answer_is_unwell(tmp_path):
    away = Database(f"sqlite:///{tmp_path / 'no-such-folder' / 'canteen.db'}")
    for app in built(settings_for(away, tmp_path)):
        response = app.test_client().get("/healthz")

        assert response.status_code == 503
        assert response.json["database"] == "no answer"
