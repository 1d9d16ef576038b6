"""Read who pays: one name, or parts with fixed limits, shares.

A rest, conditions and pots.
"""

from __future__ import annotations

from canteen.subsidy.funding import Payer
from canteen.subsidy.language.conditions import read_condition
from canteen.subsidy.language.marked import Entry, each
from canteen.subsidy.language.scope import Scope


def read_payers(entry: Entry, scope: Scope) -> tuple[Payer, ...]:
    """Read the payers of one layer and check that nothing can stay without one."""
    if entry.is_scalar:
        return (Payer(_code(entry, scope)),)
    payers = each(entry.items(), lambda part: _payer(part, scope))
    shares = [payer for payer in payers if payer.share is not None]
    if shares and len(shares) != len(payers):
        raise entry.refuse("shares_mixed")
    if not shares:
        _check_rest(entry, payers)
    return payers


def _check_rest(entry: Entry, payers: tuple[Payer, ...]) -> None:
    rest = [i for i, payer in enumerate(payers) if payer.limit_fen is None and not payer.pot]
    firm = [i for i in rest if payers[i].when is None]
    skipped = [i for i in rest if payers[i].otherwise == "skipped"]
    if not rest:
        entry.note("no_residual_payer")
    elif len(firm) > 1 or (firm and firm[0] != len(payers) - 1) or (len(rest) > 1 and not skipped):
        entry.note("residual_payer_not_last")


def _payer(entry: Entry, scope: Scope) -> Payer:
    fields = entry.fields(("payer",), ("pays", "share", "if", "else", "pot"))
    code = _code(fields["payer"], scope)
    if ("pays" in fields) == ("share" in fields):
        raise entry.refuse("one_of", options="pays, share")
    if "if" in fields and "else" not in fields:
        raise entry.refuse("missing", name="else")
    share = limit = None
    if "share" in fields:
        share = fields["share"].whole()
        if share == 0:
            raise fields["share"].refuse("nothing_shared")
    elif fields["pays"].text() != "rest":
        limit = fields["pays"].fen()
    when = read_condition(fields["if"], scope) if "if" in fields else None
    otherwise = fields["else"].choice(("lost", "skipped")) if "else" in fields else "lost"
    return Payer(code, limit, share, when, otherwise, "pot" in fields and fields["pot"].yes())


def _code(entry: Entry, scope: Scope) -> str:
    code = entry.text()
    if code not in scope.payers:
        raise entry.refuse("unknown_payer", found=code, options=", ".join(scope.payers) or "-")
    return code
