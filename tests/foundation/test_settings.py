"""Settings: safe where nothing is set, strict in production, clear about what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from canteen.foundation.settings import Settings, SettingsError
from tests.edges import PRODUCTION

ROOT = Path("/srv/canteen")


def test_nothing_set_is_enough_to_develop() -> None:
    settings = Settings.from_environment({}, ROOT)
    assert settings.database_url == "sqlite:////srv/canteen/var/canteen.db"
    assert settings.wechat.api_root == "http://127.0.0.1:8001/"


def test_production_asks_tencent_and_takes_no_plain_messages() -> None:
    settings = Settings.from_environment({**PRODUCTION, "DATABASE_URL": "postgresql://app@db/canteen"}, ROOT)
    assert settings.wechat.api_root == "https://api.weixin.qq.com/"
    assert not settings.wechat.accepts_plain
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"CANTEEN_ENV": "production"}, ROOT)
    for name in ("SECRET_KEY", "DATA_KEYS", "CARD_KEYS", "CODE_KEYS", "WECHAT_TOKEN", "DATABASE_URL", "PUBLIC_URL"):
        assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"), ("PORT", "70000"), ("CANTEEN_ENV", "prod"), ("PUBLIC_URL", "canteen.cn"),
        ("DATA_KEYS", "1:abcd"), ("CODE_KEYS", "k1:" + "a" * 64), ("WECHAT_AES_KEY", "short"),
        ("CANTEEN_CLOCK", "noon"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value}, ROOT)


def test_the_demonstration_clock_is_refused_in_production() -> None:
    environment = {**PRODUCTION, "DATABASE_URL": "sqlite:///x.db", "CANTEEN_CLOCK": "2026-11-23T10:40+08:00"}
    with pytest.raises(SettingsError, match="CANTEEN_CLOCK"):
        Settings.from_environment(environment, ROOT)


def test_no_secret_is_shown() -> None:
    settings = Settings.from_environment({**PRODUCTION, "DATABASE_URL": "postgresql://app:hush@db/c"}, ROOT)
    shown = repr(settings)
    assert "hush" not in shown
    assert PRODUCTION["SECRET_KEY"] not in shown
    assert PRODUCTION["WECHAT_AES_KEY"] not in shown
