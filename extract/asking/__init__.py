"""Ask a schema of a document: the question, the prompt, and the answer's grounded record."""
