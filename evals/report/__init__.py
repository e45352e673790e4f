"""Scores for people to read: a table, Markdown, an HTML page."""
