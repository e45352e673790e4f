"""Years of experience."""
