"""Give the people who run the canteen their commands under ``flask``."""
