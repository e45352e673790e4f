"""Where documents come from: paths, archives, files of rows, pages of several postings."""
