"""Backups: taken with PostgreSQL's own tools, sealed for a key that lies elsewhere, restored, and drilled."""
