"""Dates: when a posting went up, when it closes, when the job starts."""
