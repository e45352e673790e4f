"""The tests: no model, and no network beyond loopback."""
