"""What the words around a value say of it: numbers, dates, importance, rank, sections."""
