"""The balance, each minute: whether what was acknowledged is there, signed, decided on evidence and in time."""
