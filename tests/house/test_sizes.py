"""No file and no function grows past what a reader holds in mind."""

from __future__ import annotations

from tests.house.tree import everything, functions

LONGEST_FILE = 400
LONGEST_FUNCTION = 45


def test_no_file_is_longer_than_a_reader_scrolls():
    long = [source.name for source in everything() if source.text.count("\n") > LONGEST_FILE]

    assert not long, "\n".join(long)


def test_no_function_is_longer_than_a_screen():
    long = [
        source.at(node, f"{node.name} has {node.end_lineno - node.lineno + 1} lines")
        for source in everything()
        for node in functions(source.tree)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert not long, "\n".join(long)
