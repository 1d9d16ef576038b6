"""Measure the product against a floor in the same run: ratios, not seconds."""
