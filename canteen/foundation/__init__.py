"""Hold what every part may lean on; nothing in here knows what a canteen is."""
