"""Two runs over the same postings: what changed, and whether that can be chance."""
