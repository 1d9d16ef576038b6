"""Turn a quote into words: one sentence for the senior, a full trace for the accountant.

A senior hears amounts, never a category; and nothing of subsidies where the rules give that person none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from canteen.foundation.money import spoken_yuan, yuan
from canteen.subsidy.language.marked import Problem
from canteen.subsidy.quotes import Parts, Quote, Step

WORDS: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
_GIFTS = ("charity", "donation", "donor")


def spoken(quote: Quote) -> str:
    """Say a price in one short sentence."""
    return "，".join(_amounts(quote)) + "。"


def why(quote: Quote) -> list[str]:
    """Answer "why this price" in at most eight short lines."""
    lines = [f"{part}。" for part in _amounts(quote)]
    words = WORDS["senior"]["why"]
    if quote.category and not quote.subsidy_fen:
        lines += [words[reason] for reason in quote.reasons if reason in words]
    return [*lines[:7], words["ask"]]


def accountant(quote: Quote, payers: Mapping[str, str] | None = None) -> list[str]:
    """List document, money, payers and every rule that was tried."""
    words = WORDS["accountant"]
    lines = []
    if quote.policy:
        lines.append(words["head"].format_map(_head(quote)))
    lines.append(words["money"].format_map(_money(quote)))
    if quote.category:
        lines.append(words["category"].format(category=quote.category))
    if any(part for _, part in quote.split):
        lines.append(words["split"].format(split=_listed(quote.split, payers or {})))
    lines += traced(quote.trace)
    if quote.provisional:
        lines.append(words["provisional"])
    return lines


def traced(trace: Iterable[Step]) -> list[str]:
    """List the rules in the order in which they were tried, each with its facts."""
    words = WORDS["accountant"]
    lines = []
    for step in trace:
        facts = "，".join(f"{name} {value}" for name, value in facts_told(step))
        line = words["passed" if step.passed else "failed"].format(rule=step.rule, facts=facts)
        line += words["short"].format(short=step.short) if step.short else ""
        line += words["paragraph"].format(paragraph=step.paragraph) if step.paragraph else ""
        lines.append(line)
    return lines


def facts_told(step: Step) -> list[tuple[str, str]]:
    """Name the facts that a rule looked at, in the accountant's words."""
    names = WORDS["facts"]
    told = []
    for name, value in step.facts:
        kind, _, rest = name.partition(" ")
        told.append((f"{names.get(kind, kind)} {rest}".strip(), value))
    return told


def mended(problem: Problem) -> str:
    """Write a mistake of a policy with file, line and the way to mend it."""
    words = WORDS["problem"][problem.code]
    facts = dict(problem.params)
    where = f"{problem.file}:{problem.line}"
    path = f" {problem.path}" if problem.path else ""
    return f"{where}:{path} {words['says'].format_map(facts)}。改法：{words['mend'].format_map(facts)}。"


def _amounts(quote: Quote) -> list[str]:
    words = WORDS["senior"]
    parts = [words["price"].format(price=spoken_yuan(quote.price_fen))]
    if quote.discount_fen:
        parts.append(words["discount"].format(discount=spoken_yuan(quote.discount_fen)))
    if quote.subsidy_fen:
        gift = any(fen and code.startswith(_GIFTS) for code, fen in quote.split)
        parts.append(words["subsidy_with_gift" if gift else "subsidy"].format(subsidy=spoken_yuan(quote.subsidy_fen)))
    if quote.delivery_fee_fen:
        fee, support = spoken_yuan(quote.delivery_fee_fen), spoken_yuan(quote.delivery_subsidy_fen)
        name = "fee_supported" if quote.delivery_subsidy_fen else "fee"
        parts.append(words[name].format(fee=fee, support=support))
    own = words["own"] if quote.own_fen else words["free"]
    return [*parts, own.format(own=spoken_yuan(quote.own_fen))]


def _head(quote: Quote) -> dict[str, object]:
    return {
        "policy": quote.policy, "version": quote.version, "document": quote.document,
        "effective_from": quote.effective_from,
    }  # fmt: skip


def _money(quote: Quote) -> dict[str, str]:
    return {
        "price": yuan(quote.price_fen), "fee": yuan(quote.delivery_fee_fen),
        "subsidy": yuan(quote.subsidy_fen),
        "discount": yuan(quote.discount_fen), "support": yuan(quote.delivery_subsidy_fen),
        "own": yuan(quote.own_fen), "operator": yuan(quote.operator_fen),
    }  # fmt: skip


def _listed(split: Parts, payers: Mapping[str, str]) -> str:
    return "，".join(f"{payers.get(code, code)} {yuan(fen)}" for code, fen in split)
