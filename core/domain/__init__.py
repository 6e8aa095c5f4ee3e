"""The domain: plain Python, no input or output."""
