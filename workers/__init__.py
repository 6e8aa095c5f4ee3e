"""What moves accepted work: relay, actors, registries, rescue, and the operators' commands."""
