"""Serve meals to old people, and prove to the fen who paid for each of them.

A senior orders, is recognised by a code, eats; the meal is priced by the dated rules of the county, and the
books say which purse owes what. Knowledge flows one way: the edges (`api`, `web`, the WeChat guest `bot`) know
the capabilities (`orders`, `checkin`, `ledger` and the others); no capability knows an edge.

Start reading at docs/architecture.md, which walks one meal through the code.
"""
