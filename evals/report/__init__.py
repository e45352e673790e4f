"""The scores of a run for people: a table, Markdown, one HTML page."""
