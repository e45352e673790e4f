"""Which rows are one job: near text finds the pairs, and the fields decide.

    rows -> cards -> keys and buckets -> pairs -> facts of a pair -> judgement -> groups

It reads rows as `postings extract` writes them, and no documents: what decides has to have a quote.
"""

from __future__ import annotations

from extract.same.cards import Card, card_of
from extract.same.groups import JobGroup, Joined, group_rows
from extract.same.judgement import Judgement, judge
from extract.same.rules import Kindred

__all__ = ["Card", "JobGroup", "Joined", "Judgement", "Kindred", "card_of", "group_rows", "judge"]
