"""Prometheus and Alertmanager beside a running system: `make watch`."""
