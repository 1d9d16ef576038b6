"""Let WeChat in as a guest: delete this package and the canteen still serves meals at the counter."""
