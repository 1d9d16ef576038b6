"""Print what a quote, a scan, a message and a statement cost beside their floors, in one run, targets alternated.

``make bench``. Ratios of processor time per request are what to trust; rates and times hang on the machine. Both
databases, gunicorn with two workers, sixteen clients.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from canteen import schema, settlement
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.secrecy import Vault, development_key
from canteen.ledger.tables import JournalEntry, Posting
from tests import postgresql
from tests.bench import quotes, upload
from tests.bench.load import Ask, Figures, measure, served
from tests.bench.world import CLOCK, World, at_the_counter, fill, floor_scans, messages, product_scans
from tools import ports

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, EACH, WARM = 3, 120, 128
# Messages are cheap: more of them, for the processor's time is told in hundredths of a second.
MESSAGES = 480
TEXTS = ("谢谢", "订了什么", "今天有什么吃的", "今天中午要一份红烧肉", "取餐码")


def main() -> None:
    """Measure on both databases, or on the one that is named."""
    quotes.main()
    wanted = sys.argv[1:] or ["sqlite", "postgresql"]
    for kind in wanted:
        with database_of(kind) as url, tempfile.TemporaryDirectory() as folder:
            _measure(kind, url, Path(folder))
        with database_of(kind) as url:
            upload.measure(kind, url)


@contextmanager
def database_of(kind: str) -> Iterator[str]:
    """Make a migrated database of this kind, and take it away afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.db"
            schema.upgrade(url)
            yield url
        return
    server = postgresql.start()
    try:
        with postgresql.Template(server.url) as template, template.copy() as url:
            yield url
    finally:
        server.stop()


def _measure(kind: str, url: str, folder: Path) -> None:
    database = Database(url, Vault({"1": development_key("DATA_KEYS")}), survives_power_cut=False)
    world = fill(database, 2 * (ROUNDS * EACH + WARM))
    lay_out(folder)
    page_port = ports.choose("bench", 18_500, host="127.0.0.1")
    floor_port = ports.choose("bench", page_port + 1, host="127.0.0.1")
    environment = {
        "PATH": os.environ["PATH"], "DATABASE_URL": url, "BENCH_DATABASE": url, "CANTEEN_CLOCK": CLOCK.isoformat(),
        "PYTHONPATH": str(ROOT), "PORT": str(page_port), "PUBLIC_URL": f"http://127.0.0.1:{page_port}",
    }  # fmt: skip
    with (
        served("wsgi:app", page_port, folder, environment) as product,
        served("tests.bench.floor:create_app()", floor_port, folder, environment) as floor,
    ):
        _scans(kind, world, (page_port, product), (floor_port, floor))
        _messages(kind, world, (page_port, product), (floor_port, floor))
    _statement(kind, database, world)
    database.dispose()


def lay_out(folder: Path) -> None:
    """Lay the product out in a folder, so that what it writes stays there."""
    shutil.copy(ROOT / "wsgi.py", folder / "wsgi.py")
    for name in ("canteen", "bot", "static", "migrations", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)


def _scans(kind: str, world: World, product: tuple[int, int], floor: tuple[int, int]) -> None:
    headers = at_the_counter(product[0])
    numbers = iter(world.numbers)

    def take(count: int) -> list[str]:
        return [next(numbers) for _ in range(count)]

    def served_well(content: bytes) -> bool:
        return b'"ok"' in content

    measure(*product, product_scans(take(WARM), "warm-product", headers), served_well)
    measure(*floor, floor_scans(take(WARM), "warm-floor"), served_well)
    pairs = [
        (
            measure(*product, product_scans(take(EACH), f"product-{n}", headers), served_well),
            measure(*floor, floor_scans(take(EACH), f"floor-{n}"), served_well),
        )
        for n in range(ROUNDS)
    ]
    _tell(kind, "redeem", pairs)


def _messages(kind: str, world: World, product: tuple[int, int], floor: tuple[int, int]) -> None:
    def answered(content: bytes) -> bool:
        return b"Encrypt" in content

    measure(*product, messages("/wechat", world.codes, 1), answered)
    measure(*product, messages("/wechat", ["1"] * len(world.codes), 2), answered)
    for number, text in enumerate(TEXTS, start=1):
        rounds = [(_some("/wechat", text, number, n), _some("/fixed", text, number, n)) for n in range(ROUNDS + 1)]
        pairs = [(measure(*product, ours, answered), measure(*floor, least, answered)) for ours, least in rounds]
        _tell(kind, f"message {text}", pairs[1:])


def _some(path: str, text: str, number: int, n: int) -> list[Ask]:
    return messages(path, [text] * MESSAGES, 100 * number + n + 10)


def _statement(kind: str, database: Database, world: World) -> None:
    bare = (
        select(Posting.account, Posting.funder_code, func.sum(Posting.amount_fen))
        .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
        .where(Posting.book_id == 1, JournalEntry.month == "2026-03")
        .group_by(Posting.account, Posting.funder_code)
    )
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        least = _least(lambda: connection.execute(bare).all())
        whole = _least(lambda: settlement.draft(session, canteen_id=world.canteen_id, month="2026-03", at=CLOCK))
    print(
        f"{kind:10} statement of {len(world.numbers)} meals: {whole * 1000:.0f} ms, bare SELECT {least * 1000:.1f} ms, "
        f"ratio {whole / least:.1f}"
    )


def _least(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _tell(kind: str, name: str, pairs: list[tuple[Figures, Figures]]) -> None:
    for title, rounds in (("product", [pair[0] for pair in pairs]), ("floor", [pair[1] for pair in pairs])):
        print(
            f"{kind:10} {name:18} {title:8} {_middle(rounds, 'rate'):6.0f}/s  p50 {_middle(rounds, 'p50_ms'):6.1f} ms  "
            f"p99 {_middle(rounds, 'p99_ms'):6.1f} ms  CPU {_middle(rounds, 'cpu_ms'):5.2f} ms"
        )
    ratio = statistics.median(ours.cpu_ms / least.cpu_ms for ours, least in pairs)
    print(f"{kind:10} {name:18} CPU ratio {ratio:.2f}", flush=True)


def _middle(rounds: list[Figures], name: str) -> float:
    return statistics.median(getattr(figures, name) for figures in rounds)


if __name__ == "__main__":
    main()
