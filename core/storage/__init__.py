"""PostgreSQL, the ledger; the only folder that knows SQLAlchemy."""
