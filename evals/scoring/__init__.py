"""Run a dataset through a system, and score what comes out."""
