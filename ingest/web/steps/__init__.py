"""The steps: what each section asks, and in which words; what is right is never said here (`bonus.checks`)."""
