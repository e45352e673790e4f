"""Datasets: documents with labels, and what is measured of them."""
