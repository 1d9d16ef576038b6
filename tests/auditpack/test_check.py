"""An honest pack passes on a computer that has nothing but Python; whatever is changed in it is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from canteen.foundation.db import Database
from canteen.foundation.secrecy import Vault, development_key
from tests.auditpack.packs import Row, a_month, checked, files, forged, packed, replaced, rows


@pytest.fixture(scope="module")
def made(new_database: Callable[[], Any]) -> Iterator[tuple[str, bytes]]:
    """Write one pack for all forgers, with the number of its statement: the checker asks no database."""
    with new_database() as url:
        database = Database(url, Vault({"1": development_key("DATA_KEYS")}), survives_power_cut=False)
        yield a_month(database), packed(database)
        database.dispose()


@pytest.fixture
def ref(made: tuple[str, bytes]) -> str:
    return made[0]


@pytest.fixture
def pack(made: tuple[str, bytes]) -> bytes:
    return made[1]


@pytest.fixture
def canteen(pack: bytes) -> str:
    return next(name for name in files(pack) if name.startswith("entries/"))[len("entries/") : -len(".jsonl")]


def test_an_honest_pack_holds_and_names_the_ends_of_the_chains(database: Database, tmp_path: Path) -> None:
    a_month(database)
    pack = packed(database)
    answer = checked(pack, tmp_path)
    assert (answer.status, answer.found) == (0, set()), answer.said
    (book,) = json.loads(files(pack)["manifest.json"])["books"]
    last = rows(pack, f"entries/{book['canteen']}.jsonl")[-1]
    assert f"{book['canteen']} #{last['seq']} {last['hash']}" in answer.said
    assert packed(database) == pack


def test_no_name_and_no_number_of_a_person_leaves_the_house(pack: bytes) -> None:
    told = b"".join(content for name, content in files(pack).items() if not name.endswith(".xlsx"))
    for name in ("李德福", "周桂兰", "陈玉珍", "王秀"):
        assert name.encode() not in told


def _flip(field: str, value: Any = None) -> Callable[[list[Row]], None]:
    def change(told: list[Row]) -> None:
        row = told[2]
        row[field] = value if value is not None else _other(row[field])

    return change


def _other(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else f"{value}x" if value else "x"


def _leg(field: str) -> Callable[[list[Row]], None]:
    def change(told: list[Row]) -> None:
        leg = told[2]["legs"][0]
        leg[field] = _other(leg[field])

    return change


def _moved(told: list[Row]) -> None:
    told[2]["legs"][0]["amount_fen"] += 100
    told[2]["legs"][-1]["amount_fen"] -= 100


def _swapped(told: list[Row]) -> None:
    told[2], told[3] = told[3], told[2]


ENTRIES: list[tuple[str, Callable[[list[Row]], None], str]] = [
    *((field, _flip(field), "digest") for field in ("key", "kind", "service_date", "evidence", "corrects_seq", "memo")),
    *((field, _flip(field), "chain") for field in ("month", "posted_at", "previous_hash", "hash")),
    ("request_digest", _flip("request_digest"), "digest"),
    ("posting_count", _flip("posting_count"), "legs"),
    ("seq", _flip("seq", 99), "gap"),
    ("account", _leg("account"), "digest"),
    ("amount_fen", _leg("amount_fen"), "unbalanced"),
    ("funder_code", _leg("funder_code"), "digest"),
    ("person_ref", _leg("person_ref"), "digest"),
    ("evidence of a leg", _leg("evidence"), "evidence"),
    ("two amounts that balance", _moved, "digest"),
    ("an entry taken out", lambda told: told.pop(2), "gap"),  # type: ignore[list-item]
    ("an entry put in twice", lambda told: told.insert(3, told[2]), "gap"),
    ("two entries swapped", _swapped, "gap"),
    ("a leg taken out", lambda told: told[2]["legs"].pop(), "unbalanced"),  # type: ignore[list-item]
    ("the tail cut off", lambda told: told.pop(), "head"),  # type: ignore[list-item]
    ("all of it", lambda told: told.clear(), "head"),
]


@pytest.mark.parametrize(("what", "change", "kind"), ENTRIES, ids=[what for what, _, _ in ENTRIES])
def test_a_changed_book_is_named_with_its_kind(
    pack: bytes, canteen: str, tmp_path: Path, what: str, change: Callable[[list[Row]], None], kind: str
) -> None:
    answer = checked(forged(pack, f"entries/{canteen}.jsonl", change), tmp_path)
    assert answer.status == 1
    assert kind in {found for where, _, found in answer.found if where == canteen}, (what, answer.said)


def _meal(**changes: int) -> Callable[[list[Row]], None]:
    def change(told: list[Row]) -> None:
        for name, fen in changes.items():
            told[0][name] += fen

    return change


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_meal(price_fen=100), "parts"),
        (_meal(subsidy_fen=100, own_fen=-100), "meal"),
        (_meal(operator_fen=100), "meal"),
        (lambda told: told.pop(0), "no_meal"),
        (lambda told: told.append(told[0] | {"ref": "M-NEVER"}), "unposted"),
        (lambda told: told[0].update(undone_at="2026-03-02T04:00:00.000000+00:00"), "undone"),
    ],
    ids=["price", "shares", "operator", "taken out", "put in", "taken back"],
)
def test_a_changed_proof_is_named(
    pack: bytes, canteen: str, tmp_path: Path, change: Callable[[list[Row]], None], kind: str
) -> None:
    answer = checked(forged(pack, f"meals/{canteen}.jsonl", change), tmp_path)
    assert answer.status == 1
    assert kind in answer.kinds, answer.said


def test_a_changed_statement_policy_or_trail_is_named(pack: bytes, canteen: str, ref: str, tmp_path: Path) -> None:
    for name, kind in ((f"statements/{ref}.json", "digest"), (_policy(pack), "policy")):
        text = files(pack)[name].replace(b"1", b"2", 1)
        assert kind in checked(replaced(pack, name, text), tmp_path).kinds
    trail = forged(pack, f"trail/{canteen}.jsonl", lambda told: told[0].update(actor="staff:other"))
    assert "trail" in checked(trail, tmp_path).kinds


def _policy(pack: bytes) -> str:
    return next(name for name in files(pack) if name.startswith("policies/"))


def test_a_statement_with_other_sums_is_found_even_under_a_new_digest(pack: bytes, ref: str, tmp_path: Path) -> None:
    told = files(pack)[f"statements/{ref}.json"].replace(b'"own_fen":', b'"own_fen":1', 1)
    changed = replaced(pack, f"statements/{ref}.json", told)
    assert "statement" in checked(changed, tmp_path).kinds


def test_a_file_changed_without_the_list_of_files_is_named(pack: bytes, tmp_path: Path) -> None:
    changed = replaced(pack, "accounts.jsonl", b"{}\n", noted=False)
    assert ("accounts.jsonl", 0, "file") in checked(changed, tmp_path).found
    missing = replaced(pack, "accounts.jsonl", None, noted=False)
    assert ("accounts.jsonl", 0, "file") in checked(missing, tmp_path).found
    added = replaced(pack, "more.txt", b"x", noted=False)
    assert ("more.txt", 0, "unlisted") in checked(added, tmp_path).found


def test_the_paper_says_whether_the_pack_is_that_of_the_stamp(pack: bytes, ref: str, tmp_path: Path) -> None:
    row = rows(pack, "statements.jsonl")[0]
    for digest in (row["digest"], row["root"]):
        assert checked(pack, tmp_path, f"{ref}={digest}").status == 0
    assert checked(pack, tmp_path, f"{ref}={'0' * 64}").found == {(ref, 0, "paper")}
    assert checked(pack, tmp_path, "S-ELSEWHERE=00").found == {("S-ELSEWHERE", 0, "paper")}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 torn"])
def test_what_is_no_pack_is_said_so_without_a_traceback(content: bytes, tmp_path: Path) -> None:
    assert checked(content, tmp_path).status == 2


def test_a_torn_pack_is_said_so(pack: bytes, tmp_path: Path) -> None:
    assert checked(pack[: len(pack) // 2], tmp_path).status == 2
