"""Let WeChat into a running canteen.

It brings the webhook, the commands and the channel for notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, request
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from bot import replies, voice
from bot.channel import WechatChannel
from bot.cli import commands
from bot.client import Client, WechatError
from bot.dialogue.turn import Desk
from bot.envelope import MAX_BYTES, Envelope
from bot.evaluation import nlu_eval
from bot.follower import FollowerDoor
from bot.miniprogram import MiniProgram
from bot.once import Worker
from bot.page_config import page_config
from bot.tables import Conversation, MiniProgramLogin, SeenMessage
from bot.templates import Templates
from bot.token import TokenStore
from bot.ways import Ways
from bot.webhook import Answer, Webhook
from canteen import demo, seniors
from canteen.checkin import Keys, qr_png
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.settings import Settings
from canteen.http.auth import PUBLIC, audience

PATH = "/wechat"
SLIP_SECONDS = 30 * 24 * 3600
SEEN_KEPT = timedelta(days=2)
TALK_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Guest:
    """Hold what the guest brings along for the worker and the application."""

    channel: WechatChannel
    client: Client
    blueprint: Blueprint
    accounts: MiniProgram
    followers: FollowerDoor
    database: Database
    public_url: str

    def scene_picture(self, scene: str) -> bytes | None:
        """Draw the code of a slip's scene; None where WeChat does not answer: the slip has a number to type."""
        try:
            return qr_png(self.client.temporary_scene(scene, SLIP_SECONDS))
        except WechatError:
            return None

    def page_config(self, url: str) -> dict[str, str | int] | None:
        """Sign a page's address for WeChat's scanner; None where WeChat gives no ticket: other means remain."""
        try:
            return page_config(self.client, url=url, at=clock.now())
        except WechatError:
            return None

    def fetch(self, media_id: str) -> bytes | None:
        """Fetch what somebody spoke, for the desk to hear; None where it is not to be had any more."""
        return voice.fetch(self.client, media_id)

    def rehearse(self, at: datetime) -> bool:
        """Give a demonstration its menu and the codes of its unspent slips; False where nobody answers."""
        with self.database.reading(EVERYWHERE) as session:
            scenes = seniors.unspent_scenes(session, among=demo.scenes(), at=at)
        try:
            self.client.create_menu(replies.menu_buttons(self.public_url))
            for scene in reversed(scenes):
                self.client.temporary_scene(scene, SLIP_SECONDS)
        except WechatError:
            return False
        return True


def init_app(app: Flask, settings: Settings, database: Database, keys: Keys, worker: Worker | None = None) -> Guest:
    """Attach webhook and commands.

    The ``worker`` is called after acts. The caller hands the channel to the worker, the accounts to the API and the
    followers to the pages, and frees the blueprint of CSRF.
    """
    client, templates = Client(settings.wechat, TokenStore(database)), Templates.read(settings.wechat.templates)
    desk = Desk(keys=keys, public_url=settings.public_url, appid=settings.wechat.appid, templates=templates)
    blueprint = _blueprint(Webhook(database, Envelope(settings.wechat), desk, worker or Worker()))
    app.register_blueprint(blueprint)
    app.cli.add_command(commands(database, client, settings.public_url))
    app.cli.add_command(nlu_eval)
    return Guest(
        channel=WechatChannel(database, Ways(database, client, keys, templates)),
        client=client,
        blueprint=blueprint,
        accounts=MiniProgram(database, settings.wechat),
        followers=FollowerDoor(database, settings.wechat),
        database=database,
        public_url=settings.public_url,
    )


def sweep(session: Session, at: datetime) -> None:
    """Forget deliveries, conversations and log-ins that are over."""
    session.execute(delete(SeenMessage).where(SeenMessage.seen_at < at - SEEN_KEPT))
    session.execute(delete(Conversation).where(Conversation.updated_at < at - TALK_KEPT))
    session.execute(delete(MiniProgramLogin).where(MiniProgramLogin.expires_at < at))


def _blueprint(webhook: Webhook) -> Blueprint:
    blueprint = Blueprint("wechat", __name__)

    @blueprint.get(PATH)
    @audience(PUBLIC)
    def handshake() -> Response:
        return _response(webhook.handshake(request.args, clock.now()))

    @blueprint.post(PATH)
    @audience(PUBLIC)
    def deliver() -> Response:
        request.max_content_length = MAX_BYTES
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return Response(status=413)
        return _response(webhook.deliver(body, request.args, clock.now()))

    return blueprint


def _response(answer: Answer) -> Response:
    return Response(answer.body, status=answer.status, mimetype=answer.mimetype)
