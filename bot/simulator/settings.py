"""Read what the simulator needs to know, once, from the environment.

The defaults are those of the canteen in development, so that both sides meet
without a single setting. They are no secrets: production refuses to start.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_DEMO_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class NotHere(RuntimeError):
    """Refuse to run where real people are served."""


@dataclass(frozen=True)
class Settings:
    """Hold the credentials of the pretended accounts and the addresses.

    With ``reports`` the account is told by itself what became of each notice, a moment after it was taken.
    """

    appid: str = "wxdemo0000000001"
    secret: str = "demo-secret"  # noqa: S105 - a demo value, refused in production.
    token: str = "demo-token"  # noqa: S105 - a demo value, refused in production.
    aes_key: str = _DEMO_AES_KEY
    mini_appid: str = "wxdemo0000000002"
    mini_secret: str = "demo-mini-secret"  # noqa: S105 - a demo value, refused in production.
    original_id: str = "gh_5ca9e7a17b2d"
    account_name: str = "幸福食堂"
    public_url: str = "http://127.0.0.1:8000"
    port: int = 8001
    state_path: Path | None = None
    reply_seconds: float = 5.0
    pause_seconds: float = 1.0
    reports: bool = False

    @property
    def callback_url(self) -> str:
        """Give the address that messages are delivered to."""
        return f"{self.public_url}/wechat"

    @property
    def own_url(self) -> str:
        """Give the address of the simulator itself."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; production and malformed values are refused."""
        env = os.environ if environ is None else environ
        if env.get("CANTEEN_ENV", "").strip().lower() == "production":
            raise NotHere("the simulator does not run in production")
        return cls(
            appid=env.get("WECHAT_APPID", cls.appid),
            secret=env.get("WECHAT_SECRET", cls.secret),
            token=env.get("WECHAT_TOKEN", cls.token),
            aes_key=_checked_aes_key(env.get("WECHAT_AES_KEY", cls.aes_key)),
            mini_appid=env.get("MINIPROGRAM_APPID", cls.mini_appid),
            mini_secret=env.get("MINIPROGRAM_SECRET", cls.mini_secret),
            public_url=_checked_url(env.get("PUBLIC_URL", cls.public_url)),
            port=int(env.get("SIMULATOR_PORT", str(cls.port))),
            state_path=Path(env.get("SIMULATOR_STATE", "var/simulator.json")),
            reports=True,
        )


def _checked_aes_key(value: str) -> str:
    if len(value) != 43 or not value.isalnum():
        raise NotHere("WECHAT_AES_KEY must be 43 letters and digits")
    return value


def _checked_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise NotHere("PUBLIC_URL must begin with http:// or https://")
    return value.rstrip("/")
