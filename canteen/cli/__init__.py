"""Offer the commands of the operators: one file per subject, all thin."""
