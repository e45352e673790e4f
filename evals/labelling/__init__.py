"""Label documents by hand, in a browser: from a folder of pages to a dataset that `eval` reads."""
