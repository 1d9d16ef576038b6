"""Give the tests a simulator and an account that answers on loopback."""

import pytest

from bot.simulator.app import create_app
from bot.simulator.settings import Settings

from .callback import Callback


@pytest.fixture
def callback():
    with Callback() as listening:
        yield listening


@pytest.fixture
def settings(request, callback):
    seconds = getattr(request, "param", 3.0)
    return Settings(public_url=callback.url, reply_seconds=seconds, pause_seconds=0.0)


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def act(client):
    def perform(name, user="senior", **given):
        return client.post(f"/simulator/users/{user}/{name}", json=given).get_json()

    return perform


@pytest.fixture
def token(client):
    given = {"grant_type": "client_credential", "appid": "wxdemo0000000001", "secret": "demo-secret"}
    return client.post("/cgi-bin/stable_token", json=given).get_json()["access_token"]


@pytest.fixture
def call(client, token):
    def send(path, **body):
        return client.post(f"/cgi-bin/{path}?access_token={token}", json=body).get_json()

    client.application.json.ensure_ascii = False
    return send
