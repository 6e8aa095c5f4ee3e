"""What every room shares: settings, clock, hooks, the domain and its storage."""
