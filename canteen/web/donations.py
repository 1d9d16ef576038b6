"""Keep the agreements behind pots on a page, and tell each donor what became of the money."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import ledger, places, tables, treasury
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Denied, NotFound
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, overview_page
from canteen.web.policy_words import concerns, is_within
from canteen.web.register_page import cell, entry, form, page, panel, row, tell, words

Purse = tables.ledger.Funder


def add_to(blueprint: Blueprint) -> None:
    """Add the page of agreements, the report for a donor, and what is sent from them."""
    blueprint.get("/accounting/donations")(donations)
    blueprint.post("/accounting/donations")(agree_donation)
    blueprint.get("/accounting/donations/<funder_code>")(donation)


@audience("policies.read")
def donations() -> str:
    """List pots with what their agreement asks for, what came in, was used and is left."""
    said = words()["donations"]
    with house().database.reading(actor().scope) as session:
        known = _known(session)
        pots = [one for one in ledger.pots(session) if one.funder_code in known]
        agreed = {one.funder_code: treasury.agreement(session, funder_code=one.funder_code) for one in pots}
        rows = []
        for one in pots:
            terms = agreed[one.funder_code]
            figures = (one.pledged_fen, one.received_fen, one.used_fen, one.balance_fen)
            rows.append(
                row(cell(one.name, href=url_for("web.donation", funder_code=one.funder_code)),
                    terms.donor if terms else "", terms.restriction if terms else said["without"],
                    terms.document if terms else "", *(cell(grouped_yuan(fen), "n") for fen in figures))
            )  # fmt: skip
        free = [
            (one.funder_code, one.name)
            for one in pots
            if agreed[one.funder_code] is None and is_within(scope_of(session), known[one.funder_code] or "")
        ]
        holders = [("", said["pot_itself"]), *((one.ref, one.name) for one in overview_page.canteens(session))]
    new = None
    if free and actor().may("policies.publish"):
        fields = [entry("funder", options=free), entry("giver"), entry("restriction"), entry("document"),
                  entry("holder", options=holders, required=False), entry("signed_on", kind="date"),
                  entry("last_day", kind="date", required=False)]  # fmt: skip
        new = form(url_for("web.agree_donation"), said["agree"], fields)
    ways = [{"label": said["to_pots"], "href": url_for("web.purses")}]
    return page("donations", [panel(said["title"], said["heads"], rows, empty=said["empty"], form=new)], ways=ways)


@audience("policies.read")
def donation(funder_code: str) -> str:
    """Show a donor what came in and what it became: meals and people by month and canteen, no names."""
    said = words()["donation"]
    with house().database.reading(actor().scope) as session:
        found = next((one for one in ledger.pots(session) if one.funder_code == funder_code), None)
        if found is None or funder_code not in _known(session):
            raise NotFound("ledger.no_such_pot")
        terms = treasury.agreement(session, funder_code=funder_code)
        moves = ledger.pot_moves(session, funder_code=funder_code, limit=1000)
        receipts = [one for one in reversed(moves) if one.kind in ("receipt", "pledge")]
        used = treasury.used(session, funder_code=funder_code)
        came = [
            row(one.day.isoformat(), said[one.kind], one.evidence, one.giver, cell(grouped_yuan(one.amount_fen), "n"))
            for one in receipts
        ]
    went = [
        row(one.month, one.canteen, cell(str(one.meals), "n"), cell(str(one.people), "n"),
            cell(grouped_yuan(one.fen), "n"))
        for one in used
    ]  # fmt: skip
    total = cell(grouped_yuan(sum(one.fen for one in used)), "n")
    went.append(row(said["total"], "", cell(str(sum(one.meals for one in used)), "n"), "", total))
    remark = said["left"].format(received=grouped_yuan(found.received_fen), left=grouped_yuan(found.balance_fen))
    panels = [
        panel(said["came"], said["came_heads"], came, empty=said["came_empty"]),
        panel(said["went"], said["went_heads"], went, empty="", remark=remark),
    ]
    return page(
        "donation", panels, name=found.name, donor=terms.donor if terms else found.name,
        restriction=terms.restriction if terms else said["without"],
    )  # fmt: skip


@audience("policies.publish")
@forms.shown_again(donations)
def agree_donation() -> BaseResponse:
    """Enter the agreement of a pot."""
    with house().database.transaction(actor().scope) as session:
        funder = session.get(Purse, forms.needed("funder"))
        if funder is None or not is_within(scope_of(session), funder.region_code or ""):
            raise Denied("office.outside_scope", region=forms.typed("funder"))
        holder = forms.typed("holder")
        treasury.agree(
            session, funder_code=funder.code, donor=forms.typed("giver"), restriction=forms.typed("restriction"),
            document=forms.typed("document"), holder_id=places.canteen(session, ref=holder).id if holder else None,
            signed_on=forms.needed_day("signed_on"), until_on=forms.last_day("last_day"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    tell("donation_agreed")
    return redirect(url_for("web.donations"), 303)


def _known(session: Session) -> dict[str, str | None]:
    """Return the regions of the purses that concern the scope."""
    rows = session.scalars(select(Purse).order_by(Purse.code))
    return {one.code: one.region_code for one in rows if concerns(scope_of(session), one.region_code or "")}
