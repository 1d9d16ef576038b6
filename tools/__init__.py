"""Set up, run and test the house; nothing in here is part of the product."""
