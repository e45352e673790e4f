"""Hours of work a week."""
