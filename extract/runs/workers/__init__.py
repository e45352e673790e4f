"""Worker processes, which turn documents into questions and answers into records."""
