"""Run the simulator on loopback: ``python -m bot.simulator``."""

import logging
import sys

from werkzeug.serving import run_simple

from bot.simulator.app import create_app
from bot.simulator.settings import NotHere, Settings


def main() -> int:
    """Serve until interrupted; a refusal to start says why."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment()
    except NotHere as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    logging.getLogger(__name__).info("WeChat simulator: %s", settings.own_url)
    run_simple("127.0.0.1", settings.port, create_app(settings), threaded=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
