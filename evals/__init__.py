"""Measuring: what comes out, and what it costs."""
