"""The console: the first page on the operators' port, and what it is made from."""
