"""Many documents: how fast they are asked for, up to what cost, and what is kept of a run."""
