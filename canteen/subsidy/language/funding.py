"""Read who pays: one name, or parts with fixed limits, shares, a rest, conditions and pots."""

from __future__ import annotations

from fractions import Fraction

from canteen.subsidy.funding import Payer
from canteen.subsidy.language.conditions import read_condition
from canteen.subsidy.language.marked import Entry, each
from canteen.subsidy.language.scope import Scope


def read_payers(entry: Entry, scope: Scope) -> tuple[Payer, ...]:
    """Read the payers of one layer and check that nothing can stay without one."""
    if entry.is_scalar:
        return (Payer(_code(entry, scope)),)
    payers = each(entry.items(), lambda part: _payer(part, scope))
    if not payers:
        raise entry.refuse("no_residual_payer")
    shares = [payer for payer in payers if payer.share is not None]
    if shares and len(shares) != len(payers):
        raise entry.refuse("shares_mixed")
    if not shares:
        _check_rest(entry, payers)
    return payers


def _check_rest(entry: Entry, payers: tuple[Payer, ...]) -> None:
    rest = [i for i, payer in enumerate(payers) if payer.limit_fen is None and payer.part is None and not payer.pot]
    firm = [i for i in rest if payers[i].when is None]
    skipped = [i for i in rest if payers[i].otherwise == "skipped"]
    if not rest:
        entry.note("no_residual_payer")
    elif len(firm) > 1 or (firm and firm[0] != len(payers) - 1) or (len(rest) > 1 and not skipped):
        entry.note("residual_payer_not_last")


def _payer(entry: Entry, scope: Scope) -> Payer:
    fields = entry.fields(("payer",), ("pays", "share", "percent", "at_most", "if", "else", "pot"))
    code = _code(fields["payer"], scope)
    if sum(name in fields for name in ("pays", "share", "percent")) != 1:
        raise entry.refuse("one_of", options="pays, share, percent")
    if ("if" in fields) != ("else" in fields):
        raise entry.refuse("missing", name="else" if "if" in fields else "if")
    if "at_most" in fields and "percent" not in fields:
        raise fields["at_most"].refuse("only_with", name="at_most", found="percent")
    share, limit, part = _sum(fields)
    when = read_condition(fields["if"], scope) if "if" in fields else None
    otherwise = fields["else"].choice(("lost", "skipped")) if "else" in fields else "lost"
    return Payer(code, limit, share, when, otherwise, "pot" in fields and fields["pot"].yes(), part)


def _sum(fields: dict[str, Entry]) -> tuple[int | None, int | None, Fraction | None]:
    """Read a share (weight), a fixed limit or a part of the whole; none of them for the rest."""
    if "share" in fields:
        share = fields["share"].whole()
        if share == 0:
            raise fields["share"].refuse("nothing_shared")
        return share, None, None
    if "percent" in fields:
        limit = fields["at_most"].fen() if "at_most" in fields else None
        return None, limit, fields["percent"].percent()
    return None, None if fields["pays"].text() == "rest" else fields["pays"].fen(), None


def _code(entry: Entry, scope: Scope) -> str:
    code = entry.text()
    if code not in scope.payers:
        raise entry.refuse("unknown_payer", found=code, options=", ".join(scope.payers) or "-")
    return code
