"""Run every check and every test, phase by phase, and say honestly what came of it.

Runs inside ``.venv``. All phases run even where one fails. The last line but one sums up all phases in pytest's own
words; the last line says that everything passed, what failed, or what could not be run here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools import browser, redis
from tools.screen import say

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
REPORTS = ROOT / "var" / "test"
NO_TESTS = 5


@dataclass
class Outcome:
    """Tell what became of one phase."""

    failed: bool = False
    not_run: str = ""
    counts: Counter[str] = field(default_factory=Counter)


Phase = tuple[str, Callable[[], Outcome]]


def quick() -> Outcome:
    """Check format, lint, types, import contracts and the rules of the house."""
    commands = {
        "format": ["ruff", "format", "--check", "--quiet", "."],
        "lint": ["ruff", "check", "--quiet", "."],
        "types": ["mypy"],
        "imports": ["lint-imports"],
    }
    failed = [name for name, command in commands.items() if not _passes(name, command)]
    outcome = pytest("house", "tests/house", "-n0")
    outcome.failed = outcome.failed or bool(failed)
    return outcome


def sqlite() -> Outcome:
    """Run everything that needs no browser, on SQLite; what several processes share by Redis, where one can be had."""
    has_redis = redis.ensure() is not None
    which = "not browser" if has_redis else "not browser and not redis"
    outcome = pytest("sqlite", "-n2", "-m", which, "--ignore=tests/house", "--database=sqlite")
    if not has_redis:
        outcome.not_run = "the Redis tests (no redis-server here; as root they install it, or set REDIS_SERVER)"
    return outcome


def postgresql() -> Outcome:
    """Run again on PostgreSQL whatever touches a database."""
    return pytest("postgresql", "-n2", "-m", "both and not browser and not redis", "--database=postgresql")


def pages() -> Outcome:
    """Drive the pages in a browser, or say that none could be had."""
    if browser.ensure() is None:
        return Outcome(not_run="the browser tests (no Chromium here; as root they install it, or set CHROMIUM)")
    return pytest("browser", "-n2", "-m", "browser")


PHASES: dict[str, Callable[[], Outcome]] = {
    "quick": quick,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "browser": pages,
}


def pytest(name: str, *options: str) -> Outcome:
    """Run pytest on a part of the tests and read its report."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [BIN / "python", "-W", "error", "-m", "pytest", f"--junitxml={report}", *options]
    code = subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode
    counts = _counts(report) if report.exists() else Counter({"errors": 1})
    return Outcome(failed=code not in {0, NO_TESTS}, counts=counts)


def main() -> None:
    """Run the phases named on the command line, or all of them."""
    names = sys.argv[1:] or list(PHASES)
    if unknown := set(names) - set(PHASES):
        raise SystemExit(f"no such phase: {', '.join(sorted(unknown))}; there are {', '.join(PHASES)}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    outcomes = {name: _timed(name, number, len(names)) for number, name in enumerate(names, start=1)}
    sys.exit(_conclude(outcomes, time.monotonic() - started))


def _timed(name: str, number: int, count: int) -> Outcome:
    say(f"\n[{number}/{count}] {name}")
    started = time.monotonic()
    outcome = PHASES[name]()
    word = "FAILED" if outcome.failed else "passed" if outcome.counts else "not run"
    say(f"[{number}/{count}] {name}: {word} in {time.monotonic() - started:.0f} s")
    return outcome


def _conclude(outcomes: dict[str, Outcome], seconds: float) -> int:
    total = sum((outcome.counts for outcome in outcomes.values()), Counter[str]())
    words = ("failed", "passed", "skipped", "errors")
    summary = ", ".join(f"{total[word]} {word}" for word in words if total[word] or word == "passed")
    failed = [name for name, outcome in outcomes.items() if outcome.failed]
    not_run = [outcome.not_run for outcome in outcomes.values() if outcome.not_run]
    say(f"\n==== {summary} in {seconds:.2f}s ====")
    if failed:
        say(f"FAILED: {', '.join(failed)}." + (f" NOT RUN: {'; '.join(not_run)}." if not_run else ""))
    elif not_run:
        say(f"Passed, but NOT RUN: {'; '.join(not_run)}.")
    else:
        say(f"All passed: {', '.join(outcomes)}.")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    say(f"  {name}: {'passed' if done.returncode == 0 else 'FAILED'}")
    if done.returncode:
        say(done.stdout + done.stderr)
    return done.returncode == 0


def _environment() -> dict[str, str]:
    # Every phase and every worker reads the same modules: they are compiled once, whatever the machine is set to.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "110"}


def _counts(report: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for suite in ET.parse(report).getroot().iter("testsuite"):
        failed, errors, skipped = (int(suite.get(name, 0)) for name in ("failures", "errors", "skipped"))
        counts += Counter(failed=failed, errors=errors, skipped=skipped)
        counts["passed"] += int(suite.get("tests", 0)) - failed - errors - skipped
    return counts


if __name__ == "__main__":
    main()
