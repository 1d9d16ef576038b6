"""Try the data of the demonstration."""
