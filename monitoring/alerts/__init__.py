"""Alerts: when somebody is woken, or told, and the files by which Prometheus and Alertmanager know it."""
