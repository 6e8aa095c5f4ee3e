"""What every room shares: settings, clock, hooks, files that are whole, the domain and its storage."""
