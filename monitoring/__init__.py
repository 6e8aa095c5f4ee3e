"""What people watch: metrics, logs, exporter, console."""
