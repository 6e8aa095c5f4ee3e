"""Fuzzing: what reads bytes of strangers, met with bytes nobody thought of."""
