"""How long the job lasts."""
