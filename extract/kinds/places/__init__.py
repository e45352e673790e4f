"""Names of places: the gazetteer, and the statements that hold them."""
