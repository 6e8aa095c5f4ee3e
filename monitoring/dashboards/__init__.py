"""Dashboards: what Grafana shows, built by typed Python and written as JSON."""
