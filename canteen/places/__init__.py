"""Know the regions and the canteens in them."""

from canteen.places.canteens import canteen, canteens_in

__all__ = ["canteen", "canteens_in"]
