"""Install a Debian package where this account may do so."""

from __future__ import annotations

import os
import shutil
import subprocess

from tools.screen import say


def may_install() -> bool:
    """Say whether packages can be installed without asking anybody."""
    return _prefix() is not None


def install(*packages: str) -> bool:
    """Install packages with apt; answers False where that is not allowed or fails."""
    prefix = _prefix()
    if prefix is None:
        return False
    say(f"    apt-get install {' '.join(packages)}")
    quiet = ["-qq", "-o=Dpkg::Use-Pty=0"]
    _run([*prefix, "apt-get", "update", *quiet])
    return _run([*prefix, "apt-get", "install", *quiet, "-y", "--no-install-recommends", *packages])


def _prefix() -> list[str] | None:
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _run(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        say("    " + "\n    ".join(done.stderr.strip().splitlines()[-3:]))
    return done.returncode == 0
