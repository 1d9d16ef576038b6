"""Know the people who work with the system, and what each of them may see and do.

A *staff* account has a name and a password. A *role* is a named set of *permissions* and is data. A *grant* gives
somebody a role within a region, with everything beneath it, or at one canteen. A *session* is one log-in; it is kept
on our side, so that it ends the moment somebody says so. What a permission reaches is a `Scope`, worked out from the
grants that carry this very permission: to be a clerk here and an accountant there makes nobody an accountant here.
"""

from canteen.access.accounts import add, change_password, end, find, listed
from canteen.access.grants import Granted, give, granted, withdraw
from canteen.access.roles import PERMISSIONS, define, install, standard
from canteen.access.scope import scope_of
from canteen.access.sessions import LogIn, Present, carry_along, end_all, log_in, log_in_as, log_out, present, prune

__all__ = [
    "PERMISSIONS", "Granted", "LogIn", "Present", "add", "carry_along", "change_password", "define", "end", "end_all",
    "find", "give", "granted", "install", "listed", "log_in", "log_in_as", "log_out", "present",
    "prune", "scope_of", "standard", "withdraw",
]  # fmt: skip
