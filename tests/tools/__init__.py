"""What `make run` and `make test` are made of."""
