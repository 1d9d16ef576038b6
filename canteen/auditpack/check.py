#!/usr/bin/env python3
"""Prove an audit pack on any computer: Python 3.9 and its standard library are all it needs.

Usage: ``python3 check.py PACK.zip [--paper STATEMENT=DIGEST ...]``. Answers 0 where everything holds, 1 where something
does not (each finding names the book, the number and the kind), 2 where the file is no pack that can be read.

Nothing here is shared with the program that wrote the pack. What it cannot know: a fact that was never entered, and a
history rewritten as a whole since the last paper; against that, hand in what the paper says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

FORMAT = "audit-pack/1"
GENESIS = "0" * 64
PURPOSES = {
    "1122.01": "meal", "1122.02": "meal", "1122.03": "meal", "1122.04": "meal", "1122.05": "delivery",
    "1122.08": "undue",
}  # fmt: skip
OPERATOR, DISCOUNT = "1122.06", "5401.01"
# What statements are made of; grants, payments and what else concerns no single meal are in none.
OF_MEALS = {
    "meal", "operator", "meal_undo", "operator_undo", "tender_undo", "tender", "correction_reversal", "correction",
    "correction_undo", "operator_reversal", "operator_correction",
}  # fmt: skip
WORDS = {
    "file": "文件与目录不符",
    "unlisted": "文件不在目录中",
    "gap": "缺号",
    "unbalanced": "借贷不平",
    "legs": "明细条数与封印不符",
    "unsealed": "没有封印",
    "digest": "内容与摘要不符",
    "chain": "哈希与上一笔不相接",
    "stray": "明细没有分录",
    "head": "链的末端与目录不符",
    "evidence": "补贴没有凭证",
    "no_meal": "凭证所指的餐不在包中",
    "meal": "分录与凭证的金额不符",
    "parts": "各部分之和不等于餐价",
    "unposted": "有凭证的餐没有入账",
    "undone": "撤销与分录不符",
    "statement": "结算表与分录不符",
    "root": "根哈希不符",
    "policy": "政策原文与摘要不符",
    "trail": "操作留痕不相接",
    "paper": "与纸质摘要不符",
}

Row = dict[str, Any]


class Finding(NamedTuple):
    """Name what does not hold: where (a book, a file, a statement), at which number, of which kind."""

    where: str
    number: int
    kind: str
    detail: str


class NoPackError(Exception):
    """Say why the file cannot be read as a pack."""


class Pack:
    """Read the files of a pack."""

    def __init__(self, path: str) -> None:
        """Open the zip and its manifest; raises NoPackError."""
        try:
            self.archive = zipfile.ZipFile(path)
            self.manifest: Row = json.loads(self.archive.read("manifest.json"))
            if self.manifest["format"] != FORMAT:
                raise NoPackError("format " + str(self.manifest["format"]))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise NoPackError(str(error)) from error

    def rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a file of JSON lines; of a file that is not there, none."""
        if name in self.archive.namelist():
            with self.archive.open(name) as lines:
                for line in lines:
                    yield json.loads(line)

    def text(self, name: str) -> str:
        """Return a file as text; empty where it is not there."""
        return self.archive.read(name).decode() if name in self.archive.namelist() else ""


def check(pack: Pack, papers: dict[str, str]) -> list[Finding]:
    """Return everything in a pack that does not hold."""
    found = list(of_files(pack))
    books = {}
    for book in pack.manifest["books"]:
        books[book["canteen"]] = of_book(pack, book, found)
    for row in pack.rows("statements.jsonl"):
        found.extend(of_statement(pack, row, books.get(row["canteen"], {}), papers))
    known = {row["ref"] for row in pack.rows("statements.jsonl")}
    found.extend(Finding(ref, 0, "paper", "not in the pack") for ref in papers if ref not in known)
    found.extend(of_policies(pack))
    return found


def of_policies(pack: Pack) -> Iterator[Finding]:
    """Compare the text of every policy with its digest."""
    for row in pack.rows("policies.jsonl"):
        if sha256(pack.text("policies/{}.yaml".format(row["digest"]))) != row["digest"]:
            yield Finding(row["code"], 0, "policy", row["digest"])


def of_files(pack: Pack) -> Iterator[Finding]:
    """Compare every file with the manifest."""
    listed = pack.manifest["files"]
    present = set(pack.archive.namelist()) - {"manifest.json"}
    for name in sorted(present - set(listed)):
        yield Finding(name, 0, "unlisted", "")
    for name, noted in sorted(listed.items()):
        digest = hashlib.sha256()
        try:
            with pack.archive.open(name) as member:
                for part in iter(lambda: member.read(1 << 20), b""):
                    digest.update(part)
        except (KeyError, zipfile.BadZipFile) as error:
            yield Finding(name, 0, "file", str(error))
            continue
        if digest.hexdigest() != noted["sha256"]:
            yield Finding(name, 0, "file", digest.hexdigest())


def of_book(pack: Pack, book: Row, found: list[Finding]) -> dict[int, Row]:
    """Walk a book, its meals and its trail; return what statements need of each entry."""
    canteen, expected, chain = book["canteen"], 1, GENESIS
    kept: dict[int, Row] = {}
    meals = {row["ref"]: row for row in pack.rows(f"meals/{canteen}.jsonl")}
    posted: dict[str, str] = {}
    for entry in pack.rows(f"entries/{canteen}.jsonl"):
        if "stray_legs" in entry:
            found.append(Finding(canteen, entry["seq"], "stray", ""))
            continue
        for kind, detail in [*of_entry(entry, expected, chain), *of_evidence(entry, meals)]:
            found.append(Finding(canteen, entry["seq"], kind, detail))
        expected, chain = entry["seq"] + 1, entry["hash"] or chain
        kept[entry["seq"]] = {"month": entry["month"], "hash": entry["hash"], "purses": purses_of(entry)}
        posted[entry["key"]] = entry["evidence"]
    if (book["seq"], book["hash"]) != (expected - 1, chain):
        found.append(Finding(canteen, book["seq"], "head", f"the chain ends at {expected - 1}"))
    found.extend(Finding(canteen, 0, kind, ref) for kind, ref in of_meals(meals, posted))
    found.extend(of_trail(pack, canteen))
    return kept


def of_entry(entry: Row, expected: int, chain: str) -> Iterator[tuple[str, str]]:
    """Prove one entry: its number, its balance, its seal, its digest and its link to the one before."""
    legs = entry["legs"]
    off = sum(leg["amount_fen"] for leg in legs)
    if entry["seq"] != expected:
        yield "gap", f"number {expected} is missing"
    if off:
        yield "unbalanced", f"off by {off} fen"
    if entry["hash"] is None:
        yield "unsealed", ""
        return
    if entry["posting_count"] != len(legs) or len(legs) < 2:
        yield "legs", "sealed with {}, found {}".format(entry["posting_count"], len(legs))
    rows = [[leg["account"], leg["amount_fen"], leg["funder_code"], leg["person_ref"]] for leg in legs]
    names = ("key", "kind", "service_date", "evidence", "corrects_seq", "memo")
    content = [*(entry[name] for name in names), rows]
    if entry["request_digest"] != sha256(canonical(content)):
        yield "digest", ""
    link = canonical([entry["seq"], entry["month"], entry["posted_at"], content])
    if entry["previous_hash"] != chain or entry["hash"] != sha256(chain + link):
        yield "chain", ""


def of_evidence(entry: Row, meals: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """Prove that subsidy rests on evidence, and that what a meal posted is what its evidence says."""
    for leg in entry["legs"]:
        if leg["account"].startswith(("1122.", "5001.02")) and not leg["evidence"]:
            yield "evidence", leg["account"]
        if leg["evidence"] != entry["evidence"]:
            yield "evidence", "line {} names {}".format(leg["line"], leg["evidence"])
    parts = entry["key"].split(":")
    if parts[0] != "redeem":
        return
    meal = meals.get(parts[1])
    if meal is None or entry["evidence"] != parts[1]:
        yield "no_meal", parts[1]
        return
    sign = -1 if parts[-1] == "undo" else 1
    if "operator" in parts:
        expected = {"operator": sign * meal["operator_fen"]}
    else:
        expected = {name: sign * meal[name + "_fen"] for name in ("subsidy", "delivery_subsidy", "discount")}
    moved = moved_by(entry)
    if any(moved[name] != fen for name, fen in expected.items()):
        yield "meal", canonical({name: [moved[name], fen] for name, fen in expected.items()})


def moved_by(entry: Row) -> Counter[str]:
    """Add up what an entry moves for the meal, for bringing it, as let-off and for the operator."""
    moved: Counter[str] = Counter()
    names = {"meal": "subsidy", "delivery": "delivery_subsidy", "undue": "undue"}
    for leg in entry["legs"]:
        account = leg["account"]
        name = names.get(PURPOSES.get(account, ""), {DISCOUNT: "discount", OPERATOR: "operator"}.get(account, "other"))
        moved[name] += leg["amount_fen"]
    return moved


def of_meals(meals: dict[str, Row], posted: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Prove that every meal adds up and is in the book, and that one taken back was taken out of it."""
    for ref, meal in meals.items():
        shares = ("subsidy_fen", "discount_fen", "delivery_subsidy_fen", "own_fen")
        if meal["price_fen"] + meal["delivery_fee_fen"] != sum(meal[name] for name in shares):
            yield "parts", ref
        key = "redeem:" + ref
        if meal["price_fen"] + meal["delivery_fee_fen"] and key not in posted:
            yield "unposted", ref
        if key in posted and bool(meal["undone_at"]) != (key + ":undo" in posted):
            yield "undone", ref


def of_trail(pack: Pack, canteen: str) -> Iterator[Finding]:
    """Walk the trail of who did what."""
    expected, chain = 1, GENESIS
    for row in pack.rows(f"trail/{canteen}.jsonl"):
        at = row["at"].replace(".000000", "")
        content = [row["chain"], row["seq"], at, row["actor"], row["action"], row["subject"], row["detail"]]
        link = sha256(chain + canonical(content))
        if (row["seq"], row["previous_hash"], row["hash"]) != (expected, chain, link):
            yield Finding("trail of " + canteen, row["seq"], "trail", "")
        expected, chain = row["seq"] + 1, row["hash"]


def purses_of(entry: Row) -> Counter[str]:
    """Add up what an entry moves on each purse."""
    moved: Counter[str] = Counter()
    for leg in entry["legs"]:
        if leg["account"] in PURPOSES and entry["kind"] in OF_MEALS:
            moved[PURPOSES[leg["account"]] + "/" + (leg["funder_code"] or "")] += leg["amount_fen"]
    return moved


def of_statement(pack: Pack, row: Row, entries: dict[int, Row], papers: dict[str, str]) -> Iterator[Finding]:
    """Prove a frozen statement against its digest, its root, the chain and the entries that it covers."""
    ref, text = row["ref"], pack.text("statements/{}.json".format(row["ref"]))
    if sha256(text) != row["digest"]:
        yield Finding(ref, 0, "digest", sha256(text))
    if not text:
        return
    view = json.loads(text)
    if ref in papers and papers[ref] not in (row["digest"], row["root"]):
        yield Finding(ref, 0, "paper", row["digest"])
    if root([canonical(line) for line in view["lines"]]) != row["root"]:
        yield Finding(ref, 0, "root", row["root"])
    first, last = view["entries"]
    if entries.get(last, {}).get("hash") != view["chain"]:
        yield Finding(ref, last, "chain", view["chain"])
    booked: Counter[str] = Counter()
    for number, entry in entries.items():
        if first <= number <= last and entry["month"] == view["month"]:
            booked.update(entry["purses"])
    stated = dict(zip(view["purses"], view["total"]["purse_fens"]))  # noqa: B905 - Python 3.9 knows no strict.
    for purse in sorted(set(stated) | set(booked)):
        if stated.get(purse, 0) != booked[purse]:
            yield Finding(ref, 0, "statement", f"{purse} {stated.get(purse, 0)} {booked[purse]}")
    yield from of_lines(ref, view, entries)


def of_lines(ref: str, view: Row, entries: dict[int, Row]) -> Iterator[Finding]:
    """Prove every line of a statement against its entries, and the sums against the lines."""
    sums: dict[str, int] = defaultdict(int)
    for place, line in enumerate(view["lines"], start=1):
        moved: Counter[str] = Counter()
        for number in line["entries"]:
            moved.update(entries.get(number, {}).get("purses", {}))
        stated = dict(zip(view["purses"], line["purse_fens"]))  # noqa: B905 - Python 3.9 knows no strict.
        if any(moved[purse] != fen for purse, fen in stated.items()):
            yield Finding(ref, place, "statement", line["ref"])
        sums["meals"] += line["count"]
        for name in ("price_fen", "fee_fen", "discount_fen", "own_fen"):
            sums[name] += line[name]
    for name, total in sums.items():
        if view["total"][name] != total:
            yield Finding(ref, 0, "statement", "{} {} {}".format(name, view["total"][name], total))


def root(lines: list[str]) -> str:
    """Return the root of a list of lines (RFC 6962, section 2.1)."""
    level = [hashlib.sha256(b"\x00" + line.encode()).digest() for line in lines]
    if not level:
        return hashlib.sha256().hexdigest()
    # Joining neighbours and carrying an odd one up gives the same tree as halving at powers of two.
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def canonical(value: Any) -> str:
    """Write a value as the text that digests are taken of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """Return the digest of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def main(arguments: list[str]) -> int:
    """Check the pack that was named, and say what came of it."""
    parser = argparse.ArgumentParser(description="核对审计包 / check an audit pack")
    parser.add_argument("pack", help="审计包.zip")
    parser.add_argument("--paper", action="append", default=[], metavar="S-…=…", help="纸质结算表上的摘要")
    asked = parser.parse_args(arguments)
    try:
        pack = Pack(asked.pack)
        found = check(pack, dict(paper.split("=", 1) for paper in asked.paper))
    except (NoPackError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"不是可读的审计包: {error}\n")
        return 2
    for one in found:
        sys.stdout.write(f"{one.where} #{one.number} {one.kind}: {WORDS[one.kind]} {one.detail}\n")
    ends = ["{} #{} {}".format(book["canteen"], book["seq"], book["hash"]) for book in pack.manifest["books"]]
    sys.stdout.write("账簿末端:\n" + "".join(f"  {end}\n" for end in ends))
    sys.stdout.write(f"发现 {len(found)} 处不符。\n" if found else "全部相符。\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
