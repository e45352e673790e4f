"""From a schema and a document to the question, and from the answer back to a grounded record."""
