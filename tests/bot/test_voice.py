"""What nothing could make out is fetched, kept sealed, heard by the desk within seconds, and forgotten again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot.app import init_app
from bot.once import Worker
from bot.simulator.app import create_app
from bot.simulator.settings import Settings as Pretended
from canteen import tickets
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound
from canteen.tickets.tables import Recording, Ticket
from tests import builders
from tests.bot.conftest import MORNING
from tests.bot.wire import Phone
from tests.house.tree import ROOT

SOUND = (ROOT / "bot" / "simulator" / "static" / "voice.amr").read_bytes()


class Desk:
    """Hold both sides: a telephone, the platform that keeps what was spoken, and our worker."""

    def __init__(self, serving, settings, database):
        self.database, self.called = database, []
        self.simulator = create_app(Pretended())
        wechat = replace(settings.wechat, api_root=serving(self.simulator) + "/")
        app, worker = Flask("test"), Worker(fetch_soon=lambda: self.called.append("fetch"))
        self.guest = init_app(app, replace(settings, wechat=wechat), database, builders.KEYS, worker)
        self.phone = Phone(app.test_client(), settings.wechat)

    def speak(self, media_id=None):
        kept = media_id or self.simulator.extensions["wechat_simulator"].account.add_media(SOUND, "audio/amr")
        return self.phone.speaks("", kept)

    def fetch(self):
        return tickets.fetch_awaited(self.database, fetch=self.guest.fetch, at=MORNING)

    def states(self):
        with self.database.reading(EVERYWHERE) as session:
            return session.scalars(select(Recording.state).order_by(Recording.id)).all()


@pytest.fixture
def desk(serving, settings, database, village):
    made = Desk(serving, settings, database)
    made.phone.event("subscribe", f"qrscene_{village.mother.scene}")
    made.phone.says("1")
    return made


def test_a_voice_message_that_nothing_could_make_out_is_heard_by_the_desk_and_forgotten(desk, database):
    said = desk.speak()
    assert said.startswith("没听清。幸福里食堂的人听了录音给您打电话")
    assert "1 订饭" in said
    desk.speak()
    assert desk.called == ["fetch", "fetch"], "the worker is called at once"
    assert [desk.fetch(), desk.fetch()] == [2, 0]

    with database.transaction(EVERYWHERE) as session:
        (ref,) = session.scalars(select(Ticket.ref)).all()
        assert [(one.number, one.state) for one in tickets.recordings(session, ref=ref)] == [(1, "kept"), (2, "kept")]
        heard = {"ref": ref, "number": 1, "actor": "staff:wang"}
        assert tickets.hear_recording(session, **heard, at=MORNING) == SOUND
        assert "AMR" not in session.scalars(select(Recording.sound_sealed)).first()
        with pytest.raises(NotFound):
            tickets.hear_recording(session, **heard, at=MORNING + timedelta(days=7, hours=1))
        session.execute(update(Ticket).values(closed_at=MORNING))
        tickets.forget_recordings(session, at=MORNING + timedelta(hours=23))
        assert set(session.scalars(select(Recording.state))) == {"kept"}
        tickets.forget_recordings(session, at=MORNING + timedelta(days=1))
        assert set(session.execute(select(Recording.state, Recording.sound_sealed))) == {("gone", "")}


def test_what_the_platform_has_no_more_is_gone_and_what_is_away_is_fetched_later(desk):
    desk.speak("unknown-to-the-platform")
    desk.fetch()
    assert desk.states() == ["gone"]

    desk.speak()
    desk.simulator.test_client().post("/simulator/errors", json={"errcode": -1, "path": "media/get"})
    assert [desk.fetch(), desk.states()] == [1, ["gone", "waiting"]]
    desk.fetch()
    assert desk.states() == ["gone", "kept"]
