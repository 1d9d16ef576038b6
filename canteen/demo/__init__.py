"""Invent a month of canteens, so that everybody can try the house before using it.

`load` enters canteens, people and menus and lets them live for some weeks through the same verbs as everybody: orders
are placed, codes are scanned, some trays are second ones, one death is learned late. Everything follows from a seed
and from the instant that the demonstration begins at (`opening`), so two machines show the same people and meals.
Production refuses all of it (docs/decisions/0020-demo-data-is-a-package.md).
"""

from canteen.demo.load import Loaded, NotEmpty, Wanted, load
from canteen.demo.menus import extend_menus
from canteen.demo.notes import notes
from canteen.demo.opening import opening
from canteen.demo.world import scenes

__all__ = ["Loaded", "NotEmpty", "Wanted", "extend_menus", "load", "notes", "opening", "scenes"]
