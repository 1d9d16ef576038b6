"""Prove the way of a statement from the freeze to the money."""
