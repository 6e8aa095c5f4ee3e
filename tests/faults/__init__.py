"""Faults: whatever is killed, frozen or emptied under load, nothing acknowledged is lost and nothing is done twice."""
