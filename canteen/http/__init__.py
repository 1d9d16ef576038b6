"""Settle once what pages and API share.

Who asks and what they may (`auth`), how a refusal is told (`errors`, `words`), what is logged and what is not
(`logging`), which headers go along (`security`).
"""
