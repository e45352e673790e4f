"""The commands of the evaluation: `eval`, `compare`, `cassettes` and `prompt`."""
