"""What was taken over from elsewhere is the very file of the very version, with its licence beside it."""

from __future__ import annotations

import hashlib
import tomllib

from tests.house.tree import ROOT

VENDOR = ROOT / "static" / "vendor"


def test_vendored_files_are_those_that_are_listed():
    listed = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    noted = {
        f"{one['folder']}/{name}": file["sha256"] for one in listed.values() for name, file in one["files"].items()
    }
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }

    assert present == noted
    assert all(f"{one['folder']}/LICENSE" in noted for one in listed.values())
