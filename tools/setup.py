"""Make or mend the virtual environment in ``.venv``.

Runs on a bare Python, before anything is installed. A stamp holds the hash of the pinned requirements and of the
version of Python; where it still fits, nothing is done. A mark left by an interrupted installation makes the next
one start from nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian
from tools.screen import clear_line, count_up, give_up, say, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")


def main() -> None:
    """Bring the environment to what the requirements say."""
    parser = argparse.ArgumentParser(description="Make or mend the virtual environment in .venv.")
    parser.add_argument("--dev", action="store_true", help="with what tests and checks need")
    dev = parser.parse_args().dev
    _insist_on_a_recent_python()
    if _is_ready(dev=dev):
        return
    say(f"Setting up in {VENV.relative_to(ROOT)} (Python {_version()})")
    _make_venv()
    _install(dev=dev)


def _insist_on_a_recent_python() -> None:
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found and _runs(found, "import sys; sys.exit(sys.version_info < (3, 11))"):
            os.execv(  # noqa: S606 - the same command under a newer Python.
                found, [found, "-m", "tools.setup", *sys.argv[1:]]
            )
    raise give_up(f"Python 3.11 or newer is needed; this is {_version()}. Try: make PYTHON=/path/to/python3.11 …")


def _is_ready(*, dev: bool) -> bool:
    stamp = _stamp(dev=dev)
    return (
        PYTHON.exists()
        and not UNFINISHED.exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == _fingerprint(dev=dev)
    )


def _stamp(*, dev: bool) -> Path:
    return VENV / ("stamp-dev" if dev else "stamp")


def _requirements(*, dev: bool) -> list[Path]:
    names = ["requirements.txt", "requirements-dev.txt"] if dev else ["requirements.txt"]
    return [ROOT / name for name in names]


def _fingerprint(*, dev: bool) -> str:
    texts = [path.read_text(encoding="utf-8") for path in _requirements(dev=dev)]
    return hashlib.sha256("\n".join([_version(), *texts]).encode()).hexdigest()


def _version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _make_venv() -> None:
    if not UNFINISHED.exists() and _venv_is_sound():
        return
    if not _runs(sys.executable, "import ensurepip, venv"):
        _install_venv_module()
    with step("virtual environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        UNFINISHED.touch()
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def _venv_is_sound() -> bool:
    same = f"import pip, platform, sys; sys.exit(platform.python_version() != {_version()!r})"
    return PYTHON.exists() and _runs(str(PYTHON), same)


def _install_venv_module() -> None:
    numbered = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with step("Python's venv module, which Debian packs apart"):
        for package in (numbered, "python3-venv"):
            if debian.install(package) and _runs(sys.executable, "import ensurepip, venv"):
                return
    raise give_up(
        f"This Python ({sys.executable}) lacks the module that makes virtual environments.\n"
        f"Install it and try again:  sudo apt-get install {numbered}"
    )


def _runs(python: str, code: str) -> bool:
    return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0


def _install(*, dev: bool) -> None:
    UNFINISHED.touch()
    pins = [_pins(path) for path in _requirements(dev=dev)]
    with step(f"{sum(pins)} pinned packages and what they need"):
        _pip_install(_requirements(dev=dev)[-1])
    for each in {False, dev}:
        _stamp(dev=each).write_text(_fingerprint(dev=each), encoding="utf-8")
    UNFINISHED.unlink()


def _pins(path: Path) -> int:
    return len(re.findall(r"^[\w.\[\]-]+==", path.read_text(encoding="utf-8"), re.MULTILINE))


def _pip_install(requirements: Path) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "-r", str(requirements)]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    last: list[str] = []
    collected = 0
    for line in pip.stdout or ():
        last = [*last[-9:], line.rstrip()]
        if line.startswith(("Collecting ", "Installing ")):
            collected += 1
            count_up(line.strip(), collected)
    clear_line()
    if pip.wait() != 0:
        raise give_up("The packages could not be installed; pip's last words:\n  " + "\n  ".join(last))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise give_up("Interrupted; the next start goes on from here.") from None
