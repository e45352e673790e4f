"""From bytes to a document: decoding, visible text, structured data, numbered lines."""
