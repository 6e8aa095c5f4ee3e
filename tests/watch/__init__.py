"""What watches, on the real thing: promtool, Prometheus and Alertmanager from Debian's packages."""
