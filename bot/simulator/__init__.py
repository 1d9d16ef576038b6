"""Pretend to be WeChat on loopback, speaking only the wire.

``python -m bot.simulator`` serves http://127.0.0.1:8001: a phone to try the
whole product with, the interface that bots call, and a JSON control for tests.
It shares no code with the bot or the canteen, so that agreement between the
two is evidence. It refuses to run in production. State lives in one process:
under gunicorn use one worker with threads.

Control for tests (POST with ``Content-Type: application/json``)::

    GET  /simulator/users                     the users and their openids
    POST /simulator/users                     {"name", "caption"}: one more
    POST /simulator/users/<key>/follow        {}
    POST /simulator/users/<key>/unfollow      {}
    POST /simulator/users/<key>/text          {"text", "choice"?}
    POST /simulator/users/<key>/voice         {"text"}; "" is not recognised
    POST /simulator/users/<key>/image         {}
    POST /simulator/users/<key>/location      {"latitude", "longitude", "label"}
    POST /simulator/users/<key>/click         {"key", "name"?}
    POST /simulator/users/<key>/view          {"url"}
    POST /simulator/users/<key>/scan          {"code"}: ticket, address or scene
    POST /simulator/users/<key>/accept        {"template_id", "count"}: 1 once, -1 always, 0 never
    POST /simulator/users/<key>/code          {}: a mini-program log-in code
    GET  /simulator/users/<key>/messages      ?after=seq
    GET  /simulator/outbox                    what the account sent, with errcode
    GET  /simulator/deliveries                attempts with clear XML, newest first
    GET  /simulator/scenes                    QR codes, newest first
    GET  /simulator/clock                     the demo time
    POST /simulator/clock                     {"step": hour|tomorrow|eleven} or {"now": ISO}
    POST /simulator/expire-tokens             {}
    POST /simulator/reset                     {}

An act answers ``{"message", "delivery", "replies"}``; most take ``"trick"``:
thrice, wrong-signature, old-timestamp, plain-body, slow-network, unknown-type.
Users at the start: senior, daughter, stranger; none of them follows yet.
"""
