"""Find a Chromium for the browser tests, or install Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess

from tools import debian

CANDIDATES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Return the path of a browser: the one named by CHROMIUM, else the first at hand."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else CANDIDATES)), None)


def ensure() -> str | None:
    """Return a browser with Chinese letters, installing them where this account may."""
    missing = [] if find() else ["chromium"]
    if not _has_chinese_letters():
        missing.append("fonts-noto-cjk")
    if missing:
        debian.install(*missing)
    return find()


def _has_chinese_letters() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    found = subprocess.run([lister, ":lang=zh"], capture_output=True, check=False)
    return bool(found.stdout.strip())
