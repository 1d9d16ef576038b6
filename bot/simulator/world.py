"""Hold the parts of one simulator together and find them from a request."""

from dataclasses import dataclass

from flask import Flask, current_app

from bot.simulator.account import Account
from bot.simulator.acts import Acts
from bot.simulator.clock import DemoClock
from bot.simulator.credentials import Credentials
from bot.simulator.delivery import Postman
from bot.simulator.faults import Faults
from bot.simulator.settings import Settings

_NAME = "wechat_simulator"


@dataclass(frozen=True)
class World:
    """Name the parts: settings, state, credentials, clock, acts, and which calls are refused on purpose."""

    settings: Settings
    account: Account
    credentials: Credentials
    clock: DemoClock
    acts: Acts
    faults: Faults


def build(settings: Settings) -> World:
    """Make all parts from the settings."""
    account = Account(settings.state_path)
    clock = DemoClock(settings.public_url)
    credentials = Credentials(
        {settings.appid: settings.secret, settings.mini_appid: settings.mini_secret},
    )
    acts = Acts(settings, account, clock, Postman(settings, clock))
    return World(settings, account, credentials, clock, acts, Faults())


def attach(app: Flask, world: World) -> None:
    """Give the parts to an application."""
    app.extensions[_NAME] = world


def here() -> World:
    """Give the parts of the application that serves this request."""
    world: World = current_app.extensions[_NAME]
    return world
