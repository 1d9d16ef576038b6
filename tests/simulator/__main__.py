"""Run the simulator for as many seeds and months as one likes: ``python -m tests.simulator --seeds 1-100``."""

from __future__ import annotations

import argparse
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests import loopback, postgresql, sqlite
from tests.simulator.life import Shape, ends, live
from tests.worlds import Worlds, opened


def main() -> int:
    """Live every seed on a fresh database, and say what was done and what failed; 1 where anything did."""
    asked = _asked()
    loopback.keep_inside()
    shape, first, last = Shape(asked.months, asked.days, asked.acts), *map(int, asked.seeds.split("-"))
    acts: Counter[str] = Counter()
    failed = []
    with ExitStack() as stack:
        worlds = _worlds(asked.database, stack)
        for seed in range(first, last + 1):
            begun = time.monotonic()
            with worlds.copy("nation") as url:
                database = opened(url)
                try:
                    lived = live(database, seed=seed, shape=shape)
                    acts += lived.acts
                    print(f"seed {seed}: {lived.steps} steps, {time.monotonic() - begun:.1f} s, ends {ends(database)}")
                except Exception:
                    failed.append(seed)
                    traceback.print_exc()
                finally:
                    database.dispose()
    print(", ".join(f"{name} {count}" for name, count in acts.most_common()))
    print(f"{last - first + 1 - len(failed)} seeds held, {len(failed)} failed {failed or ''}")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seeds", default="1-20", help="the first and the last seed (1-20)")
    parser.add_argument("--months", type=int, default=3, help="months of each life (3)")
    parser.add_argument("--days", type=int, default=5, help="service days of a month (5)")
    parser.add_argument("--acts", type=int, default=20, help="acts at the counters a day (20)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def _worlds(kind: str, stack: ExitStack) -> Worlds:
    if kind == "sqlite":
        return Worlds(sqlite.Template(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
    server = postgresql.start()
    stack.callback(server.stop)
    return Worlds(stack.enter_context(postgresql.Template(server.url)))


if __name__ == "__main__":
    raise SystemExit(main())
