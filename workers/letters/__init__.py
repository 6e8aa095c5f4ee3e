"""Letters: notices as e-mail: what they say, and the ways they go."""
