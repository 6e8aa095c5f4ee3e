"""The mother's pages: the counter's own walk, on a phone and in plain words, with and without a script."""
