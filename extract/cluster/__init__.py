"""One run on many machines: a desk that asks, keeps and counts, and readers that do the rest.

The desk is one process. It sends every request, holds the caps and the pace, and keeps each answer
before it passes it on. Readers recognise, ground and make rows; each may be killed at any moment.
"""
