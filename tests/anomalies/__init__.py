"""Prove the rules against planted fraud, and the work on what they find."""
