"""From what one machine can do to what a launch day needs: pods, connections, a database, and when all is decided."""
