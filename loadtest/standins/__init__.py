"""The outside world on one machine: the registries and their voucher desk, with faults on demand."""
