"""Prove the way of an application, from the wish to the dated fact."""
