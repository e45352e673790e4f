"""Learn which words of a posting name hard skills: `extract/kinds/skills/tagger.json`.

    python -m evals.scoring.skill_weights PAGES.jsonl… [-o extract/kinds/skills]

A line of PAGES has an `id`, the `text` of a posting (as scraped), and its `skills` in the words of
the text, or a label `gold` with them, as `docs/labels.md` says. Pages of one `source` repository
are in one fold. The pages belong to others and are not part of the project;
`evals/first_look/skills.jsonl` lists those that were labelled for this, each with its skills, its
source and the SHA-256 of its text. The others are those of the first looks.

The weights are those of a linear-chain conditional random field, learned by L-BFGS with an L1 and
an L2 penalty (`python-crfsuite`; Okazaki 2007, "CRFsuite"). The figures that are printed are out of
fold: each page is tagged by weights that were learned without its repository.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pycrfsuite
import typer

from evals.data.label_files import readable
from evals.scoring.compare_values import compared
from evals.scoring.counts import Counts
from extract.errors import InputError
from extract.kinds.skills.tagger import LABELS, LEAST, Tagger, mentions
from extract.kinds.skills.tokens import TokenLine, token_lines
from extract.text.document import from_bytes
from extract.values import Document, Span

__all__ = ["SkillPage", "labels", "learned", "out_of_fold", "page_of", "rendered", "scored"]

_FOLDS = 5
_SETTINGS = {
    "c1": 1.0,
    "c2": 0.1,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
    "max_iterations": 100,
}
_PLACES = 2
_LEAST_SHOWN = (0.3, 0.4, LEAST, 0.6)


@dataclass(frozen=True, slots=True)
class SkillPage:
    """A posting with what is seen of its tokens, its skills, and other lists that are right too.

    `group` names where it is from: pages of one group are in one fold.
    """

    document: Document
    lines: tuple[TokenLine, ...]
    skills: tuple[str, ...]
    accepted: tuple[tuple[str, ...], ...]
    group: str


def page_of(row: Mapping[str, Any]) -> SkillPage:
    """Return a labelled page. Raises InputError if it has no text or no labels."""
    gold = row.get("gold", row)
    text, skills = row.get("text"), gold.get("skills")
    if not isinstance(text, str) or not isinstance(skills, list):
        raise InputError("it needs `text` and `skills`")
    document = from_bytes(text.encode(), id=str(row["id"]))
    accepted = (row.get("accept") or {}).get("skills", ())
    return SkillPage(
        document,
        tuple(token_lines(document)),
        tuple(skills),
        tuple(tuple(each) for each in accepted if each is not None),
        str(row.get("source", row["id"])).partition(":")[0],
    )


def labels(page: SkillPage) -> list[list[str]]:
    """Return for each token of a page whether it opens the name of a skill, goes on, or neither.

    Every place where the words of a skill stand is labelled; the longest, where they overlap.
    """
    places = sorted(_places(page), key=lambda span: (span.start, -span.end))
    return [_of_line(line.spans, places) for line in page.lines]


def learned(pages: Iterable[SkillPage]) -> Tagger:
    """Return the weights that fit these pages."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(_SETTINGS)
    for page in pages:
        for line, wanted in zip(page.lines, labels(page), strict=True):
            trainer.append(line.seen, wanted)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "weights")
        trainer.train(path)
        with pycrfsuite.Tagger().open(path) as tagger:
            known = tagger.info()
    seen: dict[str, list[float]] = {}
    for (name, label), weight in known.state_features.items():
        seen.setdefault(name, [0.0] * len(LABELS))[LABELS.index(label)] = weight
    steps = [[known.transitions.get((one, other), 0.0) for other in LABELS] for one in LABELS]
    return Tagger(seen, steps)


def out_of_fold(pages: Sequence[SkillPage], least: Sequence[float]) -> list[list[list[str]]]:
    """Return for each of `least` the skills of each page, by weights learned without its group."""
    groups = np.array(sorted({page.group for page in pages}))
    groups = groups[np.random.default_rng(1).permutation(len(groups))]
    found: list[list[list[str]]] = [[[] for _ in pages] for _ in least]
    for fold in range(_FOLDS):
        held = set(groups[fold::_FOLDS].tolist())
        tagger = learned(page for page in pages if page.group not in held)
        for at, page in enumerate(pages):
            if page.group in held:
                taggings = [(line, tagger.tag(line)) for line in page.lines]
                for which, bar in enumerate(least):
                    spans = [s for each in taggings for s in mentions(*each, page.document, bar)]
                    found[which][at] = _distinct(page.document, spans)
    return found


def scored(pages: Sequence[SkillPage], found: Sequence[Sequence[str]]) -> Counts:
    """Count what is right and wrong in the skills of the pages."""
    return sum(
        (
            compared("skills", list(words), [list(page.skills), *map(list, page.accepted)])
            for page, words in zip(pages, found, strict=True)
        ),
        Counts(),
    )


def rendered(tagger: Tagger) -> str:
    """Return the weights as the JSON file that `extract.kinds.skills.tagger` reads."""
    rounded = {
        name: [round(weight, _PLACES) for weight in weights]
        for name, weights in sorted(tagger.seen.items())
    }
    steps = [[round(weight, _PLACES) for weight in row] for row in tagger.steps]
    kept = {name: weights for name, weights in rounded.items() if any(weights)}
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(weights)}"
        for name, weights in kept.items()
    )
    return f'{{"steps": {json.dumps(steps)},\n"seen": {{\n{lines}\n}}}}\n'


def _places(page: SkillPage) -> Iterable[Span]:
    for skill in page.skills:
        words = r"\s+".join(map(re.escape, skill.split()))
        edges = [r"(?<!\w)" if skill[0].isalnum() else "", r"(?!\w)" if skill[-1].isalnum() else ""]
        loose = _matches(f"{edges[0]}{words}{edges[1]}", page.document.text)
        yield from loose or _matches(words, page.document.text)


def _matches(words: str, text: str) -> list[Span]:
    return [Span(*match.span()) for match in re.finditer(words, text, re.IGNORECASE)]


def _of_line(tokens: Sequence[Span], places: Sequence[Span]) -> list[str]:
    outside, opens, goes_on = LABELS
    found = [outside] * len(tokens)
    for place in places:
        inside = [at for at, token in enumerate(tokens) if token.overlaps(place)]
        if inside and all(found[at] == outside for at in inside):
            found[inside[0]] = opens
            for at in inside[1:]:
                found[at] = goes_on
    return found


def _distinct(document: Document, spans: Iterable[Span]) -> list[str]:
    words = (" ".join(document.quote(span).split()) for span in spans)
    return list({one.casefold(): one for one in words}.values())


def main(
    files: Annotated[list[Path], typer.Argument(help="Labelled postings, JSON Lines.")],
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("extract/kinds/skills"),
) -> None:
    """Learn the weights, print how they do out of fold, and write them."""
    pages = list(readable(files, page_of))
    print(f"{len(pages)} pages, {sum(len(page.skills) for page in pages)} skills")
    for least, found in zip(_LEAST_SHOWN, out_of_fold(pages, _LEAST_SHOWN), strict=True):
        print(f"from {least}: {_said(scored(pages, found))}")
    (output / "tagger.json").write_text(rendered(learned(pages)), "utf-8")


def _said(counts: Counts) -> str:
    right = counts.correct
    precision = right / max(1, right + counts.false_positives)
    recall = right / max(1, right + counts.false_negatives)
    f1 = 2 * right / max(1, 2 * right + counts.errors)
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


if __name__ == "__main__":
    typer.run(main)
