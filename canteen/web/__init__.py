"""Show pages to the people who work with the system, one file per audience."""

from canteen.web.pages import blueprint

__all__ = ["blueprint"]
