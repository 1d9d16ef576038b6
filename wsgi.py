"""Serve the canteen: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import bot.app
from canteen import api
from canteen.app import create_app
from canteen.cli.worker import JOBS
from canteen.foundation.settings import Settings, SettingsError
from canteen.http import logging, security
from canteen.web.cards import SCENE_PICTURE
from canteen.web.mine import door

try:
    settings = Settings.from_environment(os.environ, Path(__file__).resolve().parent)
except SettingsError as error:
    sys.stderr.write(f"The settings are not right:\n{error}\n")
    sys.exit(1)

logging.configure()
app = create_app(settings)
house, jobs = app.extensions["canteen"], app.extensions[JOBS]
guest = bot.app.init_app(app, settings, house.database, house.keys, jobs.deliver_soon)
security.exempt_from_csrf(app, guest.blueprint)
api.let_in(app, guest.accounts)
door.let_in(app, guest.followers)
app.extensions[SCENE_PICTURE] = guest.scene_picture
jobs.speak_through(guest.channel)
jobs.sweep_daily(bot.app.sweep)
jobs.rehearse_with(guest.rehearse)
