"""The model call: any OpenAI-compatible endpoint, how each differs, and recordings of both."""
