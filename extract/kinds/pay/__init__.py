"""Amounts of money: what is pay, in which currency, for which period."""
