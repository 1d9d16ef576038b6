"""What somebody is not content with becomes a ticket, and the guest takes a slip home."""

from __future__ import annotations

from sqlalchemy import select

from canteen.foundation.db import EVERYWHERE
from canteen.tickets.tables import Ticket
from tests import builders as make

PAGE = "/counter/complaint"


def test_a_complaint_is_taken_down_with_a_slip_that_says_when_it_is_answered(office):
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        make.an_order(session, office.town, person_id)
    cook = office.browser("wang", "canteen_staff")
    slip = cook.send(PAGE, PAGE, said="饭太硬", number="1").text
    wrong = cook.send(PAGE, PAGE, said="饭太硬", number="99")
    silent = cook.send(PAGE, PAGE, said=" ")
    with office.database.reading(EVERYWHERE) as session:
        ticket = session.scalars(select(Ticket)).one()

    assert (ticket.kind, ticket.person_id, ticket.canteen_id) == ("complaint", person_id, office.town.canteen_id)
    assert ticket.ref in slip
    assert "3月3日 11:3" in slip
    assert "饭太硬" not in slip
    assert (wrong.status_code, silent.status_code) == (422, 422)
    assert "饭太硬" in wrong.text
    assert "什么事" in cook.client.get(f"{PAGE}/blank").text
    assert cook.client.get(f"{PAGE}/H-2222222222").status_code == 404
