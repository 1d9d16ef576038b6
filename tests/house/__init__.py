"""Hold the code to the rules of docs/contributing.md."""
