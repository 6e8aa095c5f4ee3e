"""Journeys: what a mother, a registry and an officer do, over the whole running system."""
