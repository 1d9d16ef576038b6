"""Prove what the house promises."""
