"""Prove the statements of a month."""
