"""How it runs: it starts processes and imports none of them."""
