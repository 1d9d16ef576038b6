"""Serve the canteen: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from canteen.app import create_app
from canteen.foundation.settings import Settings, SettingsError
from canteen.http import logging

try:
    settings = Settings.from_environment(os.environ, Path(__file__).resolve().parent)
except SettingsError as error:
    sys.stderr.write(f"The settings are not right:\n{error}\n")
    sys.exit(1)

logging.configure()
app = create_app(settings)
