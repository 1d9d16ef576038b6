"""Serve the web application; each setting can be overruled on gunicorn's command line."""

from __future__ import annotations

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 8
# Imported once and then shared: a start takes half the time, and two processes little more memory than one.
preload_app = True

# A counter must not hang on one slow phone, and a restart must not cut off a meal being redeemed.
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000

# Long enough for the longest signed address, far too short for abuse; bodies are bounded by the application.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# The application writes its own log of acts, without names or numbers of people.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
