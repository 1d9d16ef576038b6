"""Let WeChat in as a guest.

Delete this package and the canteen still serves meals at the counter.
"""
