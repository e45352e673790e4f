"""Grounded, typed records from raw job postings."""
