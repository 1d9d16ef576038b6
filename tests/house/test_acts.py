"""Every act that the books keep has words on the page that an auditor reads."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from canteen.eligibility.rules import STEPS
from tests.house.tree import PRODUCT, ROOT, dotted, sources

RECORDERS = {"record", "_record"}
ALWAYS = {"chain", "at", "actor", "action", "subject", "session"}
WORDS = tomllib.loads((ROOT / "canteen/web/office.toml").read_text(encoding="utf-8"))["audit"]


def test_every_act_has_words():
    acts = {text for call in _recorded() for text in _texts(call) if text not in WORDS["chains"]}

    assert acts > {"doors_opened", "phone_opened", "statement.supersede"}
    assert not acts - set(WORDS["actions"])


def test_every_step_of_an_application_has_words():
    assert not {f"application.{step}" for step in STEPS} - set(WORDS["actions"])


def test_every_detail_of_an_act_has_words():
    details = {part.arg for call in _recorded() for part in call.keywords if part.arg} - ALWAYS

    assert details > {"count", "meal", "up_to_seq"}
    assert not details - set(WORDS["details"])


def _recorded() -> Iterator[ast.Call]:
    for source in sources(*PRODUCT):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in RECORDERS:
                yield node


def _texts(call: ast.Call) -> Iterator[str]:
    """Find the act among the arguments; one that is put together of parts is not seen here."""
    for part in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "action")]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
