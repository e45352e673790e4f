"""Tune a prompt template on labelled documents: what is tried, scored, tested and reported."""
