"""Outsiders speak to a capability, never to a file inside it."""

from __future__ import annotations

from collections.abc import Iterator

import grimp
import pytest

from tests.house.tree import ROOT

# These are not capabilities: the ground that all stand on, and the edges, which nothing imports from above.
OPEN = {"foundation", "http", "api", "web", "cli"}

# Tables are words that a query above may join; what is done to them stays behind the verbs.
SHARED = "tables"

# What every capability declares to the database is gathered in one place.
GATHERER = "canteen.tables"
GATHERED = {"tables", "guards"}


def test_outsiders_use_what_a_capability_offers_not_its_files():
    graph = grimp.build_graph("canteen", "bot", cache_dir=None)
    intrusions = sorted(_intrusions(graph))

    assert not intrusions, "\n".join(intrusions)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("canteen.orders.place", "canteen.menus"),
        ("canteen.orders.place", "canteen.orders.cutoff"),
        ("canteen.orders.place", "canteen.foundation.money"),
        ("canteen.tables", "canteen.orders.tables"),
    ],
)
def test_looking_at_the_offer_is_allowed(importer, imported):
    assert not _intrudes(importer, imported)


def test_looking_inside_is_found():
    assert _intrudes("canteen.delivery.proof", "canteen.checkin.redeem")


def _intrusions(graph: grimp.ImportGraph) -> Iterator[str]:
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            if _intrudes(importer, imported):
                lines = [
                    detail["line_number"] for detail in graph.get_import_details(importer=importer, imported=imported)
                ]
                yield f"{importer}:{min(lines)} imports {imported}"


def _intrudes(importer: str, imported: str) -> bool:
    capability = _capability(imported)
    if capability is None or _is_within(importer, capability):
        return False
    file = imported.removeprefix(f"{capability}.")
    return file != SHARED and not (importer == GATHERER and file in GATHERED)


def _capability(module: str) -> str | None:
    parts = module.split(".")
    if len(parts) < 3 or parts[0] != "canteen" or parts[1] in OPEN:
        return None
    return ".".join(parts[:2])


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def test_every_capability_tells_its_story():
    silent = [
        path.parent.name
        for path in sorted((ROOT / "canteen").glob("*/__init__.py"))
        if "To be told." in path.read_text(encoding="utf-8")
    ]

    assert not silent, "\n".join(silent)
