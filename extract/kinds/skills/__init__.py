"""Hard skills."""
