"""Read the settings from the environment, once, and say clearly what is wrong with them.

With nothing set everything works on safe local defaults: SQLite below ``var/``, keys that everybody knows, the
simulator in WeChat's place. ``CANTEEN_ENV=production`` refuses to start on any of those. docs/operations.md describes
every setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from canteen.foundation.clock import CHINA
from canteen.foundation.secrecy import development_key, parse_keys

SECRETS = ("SECRET_KEY", "DATA_KEYS", "CARD_KEYS", "CODE_KEYS", "WECHAT_TOKEN", "WECHAT_SECRET", "WECHAT_AES_KEY")
NEEDED = (*SECRETS, "PUBLIC_URL", "DATABASE_URL", "WECHAT_APPID")


class SettingsError(Exception):
    """Say which settings are wrong, each with a way to mend it."""


@dataclass(frozen=True)
class WechatSettings:
    """Hold what the official account and the mini program are reached by."""

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    aes_key_old: str | None = field(repr=False)
    miniprogram_appid: str
    miniprogram_secret: str = field(repr=False)
    api_root: str
    open_root: str
    accepts_plain: bool
    templates: Path | None


@dataclass(frozen=True)
class Settings:
    """Hold every setting, checked."""

    production: bool
    root: Path
    public_url: str
    port: int
    simulator_port: int
    database_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: Mapping[str, bytes] = field(repr=False)
    card_keys: Mapping[str, bytes] = field(repr=False)
    code_keys: Mapping[str, bytes] = field(repr=False)
    trusted_proxies: int
    clock: datetime | None
    city_folder: Path | None
    wechat: WechatSettings

    @property
    def var(self) -> Path:
        """Name the folder for files that the running system writes."""
        return self.root / "var"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], root: Path) -> Settings:
        """Read and check all settings; SettingsError lists everything that is wrong at once."""
        reader = _Reader(environment)
        production = reader.choice("CANTEEN_ENV", "development", ("development", "production")) == "production"
        if production:
            reader.demand(*NEEDED)
        port = reader.number("PORT", 8000)
        simulator_port = reader.number("SIMULATOR_PORT", 8001)
        database_url = _driver(reader.text("DATABASE_URL", f"sqlite:///{root / 'var' / 'canteen.db'}"))
        settings = cls(
            production=production,
            root=root,
            public_url=reader.url("PUBLIC_URL", f"http://127.0.0.1:{port}"),
            port=port,
            simulator_port=simulator_port,
            database_url=database_url,
            owner_url=_driver(reader.text("DATABASE_OWNER_URL", database_url)),
            redis_url=reader.text("REDIS_URL", "") or None,
            secret_key=reader.text("SECRET_KEY", development_key("session").hex()),
            data_keys=reader.keys("DATA_KEYS"),
            card_keys=reader.keys("CARD_KEYS"),
            code_keys=reader.keys("CODE_KEYS"),
            trusted_proxies=reader.number("TRUSTED_PROXIES", 0),
            clock=reader.instant("CANTEEN_CLOCK", forbidden=production),
            city_folder=reader.folder("CITY_EXPORT_FOLDER"),
            wechat=_wechat(reader, production, simulator_port, root),
        )
        reader.finish()
        return settings


def _wechat(reader: _Reader, production: bool, simulator_port: int, root: Path) -> WechatSettings:
    local = f"http://127.0.0.1:{simulator_port}/"
    return WechatSettings(
        appid=reader.text("WECHAT_APPID", "wxdemo0000000001"),
        secret=reader.text("WECHAT_SECRET", "demo-secret"),
        token=reader.text("WECHAT_TOKEN", "demo-token"),
        aes_key=reader.aes_key("WECHAT_AES_KEY", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
        aes_key_old=reader.aes_key("WECHAT_AES_KEY_OLD", "") or None,
        miniprogram_appid=reader.text("MINIPROGRAM_APPID", "wxdemo0000000002"),
        miniprogram_secret=reader.text("MINIPROGRAM_SECRET", "demo-mini-secret"),
        api_root=reader.url("WX_API_ROOT", "https://api.weixin.qq.com" if production else local) + "/",
        open_root=reader.url("WX_OPEN_ROOT", "https://open.weixin.qq.com/connect" if production else local + "connect")
        + "/",
        accepts_plain=reader.choice("WECHAT_PLAIN", "no", ("no", "yes")) == "yes",
        templates=reader.file("WECHAT_TEMPLATES", None if production else root / "bot" / "templates.toml"),
    )


def _driver(url: str) -> str:
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


class _Reader:
    """Read one variable after the other and gather what is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._wrong: list[str] = []

    def demand(self, *names: str) -> None:
        missing = [name for name in names if not self._environment.get(name)]
        self._wrong += [f"{name} must be set in production" for name in missing]

    def text(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def folder(self, name: str) -> Path | None:
        value = self.text(name, "")
        return Path(value) if value else None

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value.startswith(("http://", "https://")):
            self._wrong.append(f"{name} must start with http:// or https://, not {value!r}")
        return value.rstrip("/")

    def file(self, name: str, default: Path | None) -> Path | None:
        """Return a file that is there; a default that is not there is none."""
        given = self._environment.get(name, "").strip()
        if given and not Path(given).is_file():
            self._wrong.append(f"{name} must name a file, not {given!r}")
        if given:
            return Path(given)
        return default if default is not None and default.is_file() else None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self._wrong.append(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or int(value) > 65_535:
            self._wrong.append(f"{name} must be a whole number up to 65535, not {value!r}")
            return default
        return int(value)

    def keys(self, name: str) -> dict[str, bytes]:
        value = self.text(name, "")
        if not value:
            return {"1": development_key(name)}
        try:
            keys = parse_keys(value)
        except ValueError as error:
            self._wrong.append(f"{name}: {error}; make a key with: openssl rand -hex 32")
            return {}
        if any(len(key) != 32 or not key_id.isdigit() or len(key_id) > 1 for key_id, key in keys.items()):
            self._wrong.append(f"{name}: each key is a digit, a colon and 64 hexadecimal characters")
        return keys

    def aes_key(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value and len(value) != 43:
            self._wrong.append(f"{name} must have 43 characters, as the WeChat console shows it")
        return value

    def instant(self, name: str, *, forbidden: bool) -> datetime | None:
        value = self.text(name, "")
        if not value:
            return None
        if forbidden:
            self._wrong.append(f"{name} is for demonstrations and must not be set in production")
            return None
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self._wrong.append(f"{name} must be an instant such as 2026-11-23T10:40+08:00, not {value!r}")
            return None
        return instant if instant.tzinfo else instant.replace(tzinfo=CHINA)

    def finish(self) -> None:
        if self._wrong:
            raise SettingsError("\n".join(self._wrong))
