"""Benchmarks: what the toolkit costs, what it survives, and what each of its parts is worth."""
