"""Know who is here, and whether this meal has been eaten."""

from canteen.checkin.keys import Keys

__all__ = ["Keys"]
