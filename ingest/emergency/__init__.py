"""The emergency register: takes saves and filings while PostgreSQL is away, and brings them in when it is back."""
