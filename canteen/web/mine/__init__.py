"""Pages of the official account's menu for seniors and for whoever acts for them: large, few, one thing at a time.

They open without a password: WeChat tells which follower taps (`door`), and whom that account may act for is looked up
at every request (`asker`). Prices, limits and refusals are those of the chat and the counter, for the verbs are.
"""
