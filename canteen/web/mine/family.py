"""Show who may act for the person, and let the person herself take that away at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import notices, seniors
from canteen.foundation.clock import service_day
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Denied, NotFound
from canteen.foundation.references import is_reference, number_of, reference_of
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import on_the_way
from canteen.web.mine import asker
from canteen.web.mine.asker import Asker, say

_LINK = "B"


def add_to(blueprint: Blueprint) -> None:
    """Add the list, the question and both acts."""
    blueprint.get("/mine/family")(mine_family)
    blueprint.get("/mine/family/<ref>/end")(mine_ask_end)
    blueprint.post("/mine/family/<ref>/end")(mine_end)
    blueprint.post("/mine/family/<ref>/limit")(mine_limit)


@audience(FOLLOWER)
@asker.spoken
def mine_family() -> str:
    """List who may order for the person."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        listed = seniors.kin_of(session, person_id=who.person.person_id, but=who.account)
        waiting = who.person.is_self and seniors.wanting(session, account=who.account, at=who.at)
        return asker.page(
            "family",
            who,
            kin=[_line(one, may_change=who.person.is_self) for one in listed],
            sentence=say("family.own" if who.person.is_self else "family.other", name=who.person.name),
            waiting=say("family.waiting") if waiting else "",
        )


@audience(FOLLOWER)
@asker.spoken
def mine_ask_end(ref: str) -> str:
    """Ask once before a right is taken away."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        kin = _kin(session, who, ref)
        return asker.page(
            "sure",
            who,
            title=say("family.sure", called=_called(kin)),
            sentence=say("family.sure_more"),
            stay={"label": say("family.stay"), "href": url_for("web.mine_family")},
            go={"label": say("family.end"), "action": url_for("web.mine_end", ref=ref), "fields": []},
        )


@audience(FOLLOWER)
@limited("60/minute")
@asker.spoken
def mine_end(ref: str) -> BaseResponse:
    """Take away at once what an account may do."""
    with house().database.transaction(EVERYWHERE) as session:
        who = asker.here(session)
        kin = _kin(session, who, ref)
        seniors.end_link(session, link_id=kin.link_id, person_id=who.person.person_id, actor=who.account, at=who.at)
        _tell(session, who, kin, "family_ended")
        said = say("family.ended", called=_called(kin))
    return _done(said)


@audience(FOLLOWER)
@limited("60/minute")
@asker.spoken
def mine_limit(ref: str) -> BaseResponse:
    """Let an account see only, or order again."""
    may_order = request.form.get("may_order") == "yes"
    with house().database.transaction(EVERYWHERE) as session:
        who = asker.here(session)
        kin = _kin(session, who, ref)
        seniors.limit(
            session, link_id=kin.link_id, person_id=who.person.person_id, may_order=may_order, actor=who.account,
            at=who.at,
        )  # fmt: skip
        _tell(session, who, kin, "family_allowed" if may_order else "family_limited")
        said = say("family.allowed" if may_order else "family.limited", called=_called(kin))
    return _done(said)


def _done(said: str) -> BaseResponse:
    on_the_way.deliver_soon()
    flash(said, "ok")
    return redirect(url_for("web.mine_family"), 303)


def _line(kin: seniors.Kin, *, may_change: bool) -> dict[str, Any]:
    began, ref = service_day(kin.began_at), reference_of(_LINK, kin.link_id)
    return {
        "called": _called(kin),
        "since": say("family.since", year=began.year, month=began.month, day=began.day),
        "may": say("family.may_order" if kin.may_order else "family.may_see"),
        "end_href": url_for("web.mine_ask_end", ref=ref) if may_change else None,
        "limit_action": url_for("web.mine_limit", ref=ref) if may_change else None,
        "limit_label": say("family.limit" if kin.may_order else "family.allow"),
        "limit_value": "no" if kin.may_order else "yes",
    }


def _called(kin: seniors.Kin) -> str:
    """Name who it is by what that account calls the person; the account itself has no name."""
    if kin.relation == say("family.self"):
        return say("family.own_phone")
    return say("family.called", relation=kin.relation) if kin.relation else say("family.somebody")


def _kin(session: Session, who: Asker, ref: str) -> seniors.Kin:
    """Find who is meant among those that act for the person; only her own telephone may."""
    if not who.person.is_self:
        raise Denied("mine.not_the_person")
    listed = seniors.kin_of(session, person_id=who.person.person_id, but=who.account)
    number = number_of(ref) if is_reference(ref, _LINK) else 0
    found = next((one for one in listed if one.link_id == number), None)
    if found is None:
        raise NotFound("seniors.not_linked")
    return found


def _tell(session: Session, who: Asker, kin: seniors.Kin, kind: str) -> None:
    key = f"{kind}:page:{kin.link_id}:{who.at.isoformat()}"
    notices.enqueue(session, key=key, account=kin.account, kind=kind, content={"name": who.person.name}, at=who.at)
