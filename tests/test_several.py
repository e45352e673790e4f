"""Pages of several postings: which are told apart, and which are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from extract import Model, extract, extract_all
from extract.cli import app
from extract.errors import InputError
from extract.sources.several import postings, split
from extract.sources.several.parts import SHARED
from extract.text.document import from_text, read
from tests.server import Server

DATASET = Path(__file__).parent.parent / "evals" / "datasets" / "postings"

_BODY = "You look after the early shift and keep the bench, the ovens and the ledger in good order."
_JOBS = [
    {"id": 41, "title": "Night Baker", "location": "Leeds", "description": _BODY},
    {"id": 42, "title": "Counter Lead", "location": "York", "description": _BODY + " Till open."},
    {"id": 43, "title": "Delivery Driver", "location": "Hull", "description": "Own van. " + _BODY},
]
_JSON = json.dumps(_JOBS)
_NESTED = json.dumps({"company": "Ovenside Ltd", "jobs": _JOBS})
_LINKED = json.dumps(
    {
        "@graph": [
            {
                "@type": "JobPosting",
                "title": job["title"],
                "jobLocation": {"address": {"addressLocality": job["location"]}},
                "description": job["description"],
            }
            for job in _JOBS
        ]
    }
)
_SHOWN = "".join(f"<h2>{job['title']}</h2><p>{job['description']}</p>" for job in _JOBS)
_JSON_LD = (
    f'<html><script type="application/ld+json">{_LINKED}</script><body>{_SHOWN}</body></html>'
)
_FEED = (
    "<rss><channel><title>Ovenside jobs</title><link>https://ovenside.example</link>"
    + "".join(
        f"<item><title>{job['title']}</title><pubDate>2026-01-0{n}</pubDate>"
        f"<description><![CDATA[<p>{job['description']}</p>]]></description></item>"
        for n, job in enumerate(_JOBS, 1)
    )
    + "</channel></rss>"
)
_ANSWER = (
    "<Envelope><Sender><Id>7</Id></Sender><Jobs>"
    + "".join(
        f'<Job><Field n="1">{job["title"]}</Field><Field n="2">{job["location"]}</Field>'
        f"<LastUpdated>2026-02-0{n}</LastUpdated></Job>"
        for n, job in enumerate(_JOBS, 1)
    )
    + "</Jobs></Envelope>"
)
_MARKDOWN = "# Join Ovenside\n\nA bakery in three towns.\n\n" + "\n\n".join(
    f"## {job['title']}\n\n{job['description']}\n\n### Requirements\n\n- {n} years of practice"
    for n, job in enumerate(_JOBS, 1)
)
_LABELLED = "Ovenside Ltd is hiring.\n\n" + "\n\n".join(
    f"Job title: {job['title']}\nLocation: {job['location']}\n{job['description']}" for job in _JOBS
)
_COUNTED = "We fill three posts this spring.\n\n" + "\n\n".join(
    f"Position {n}: {job['title']}\n{job['description']}\nPay: £1{n} an hour"
    for n, job in enumerate(_JOBS, 1)
)
_NUMBERED = "Buscamos gente:\n\n" + "\n\n".join(
    f"{n}. {title}\n   - Turno de mañana, de lunes a viernes, en la nave nueva del polígono\n"
    f"   - Sueldo: {n}.400 € al mes"
    for n, title in enumerate(("PANADERO", "CHOFER DE REPARTO", "CAJERA"), 1)
)
_PLAIN = "VACANCIES AT OVENSIDE\n\nWe bake in three towns.\n\n" + "\n\n".join(
    f"{job['title']}\nLocation: {job['location']}\nHours: 30 a week\n{job['description']}"
    for job in _JOBS
)
_RULED = "\n----------\n".join(f"{job['title']}\n{_BODY} £1{n}.50 an hour."
                              for n, job in enumerate(_JOBS, 1))  # fmt: skip
_THREAD = "Who is hiring?\n\n" + "\n\n".join(
    f"Firm {n} | {title} | {place} | REMOTE | €80k\n\n{_BODY} Write to us and say what you built."
    for n, (title, place) in enumerate(
        (("Backend Engineer", "Graz"), ("Data Scientist", "Lyon"), ("Site Manager", "Brno"))
    )
)
_RESULTS = "1,204 jobs in Leeds Sort by relevance date " + " ".join(
    f"{job['title']} {job['title']} Ovenside Ltd {job['location']} {n} days ago Apply now"
    for n, job in enumerate(_JOBS, 2)
)
_LINKS = "48 offres Trier par : date " + " ".join(
    f"{title} H/F Fournil {n} Rennes CDI Il y a {n} jours Vous tenez le four et la vente, le "
    f"samedi aussi, 12,{n}0 € de l'heure. Voir l'offre"
    for n, title in enumerate(("Boulanger de nuit", "Vendeur en boutique", "Livreur du matin"), 2)
)


@pytest.mark.parametrize(
    "page",
    [_JSON, _NESTED, _JSON_LD, _FEED, _ANSWER, _MARKDOWN, _LABELLED, _COUNTED, _PLAIN, _RULED,
     _RESULTS],
)  # fmt: skip
def test_each_posting_of_a_page_is_a_document(page: str) -> None:
    """Every form of page gives its three postings, each with its own title and no other's."""
    titles = [str(job["title"]) for job in _JOBS]
    found = postings(from_text(page, id="page", source="page.x"))
    assert ["page#1", "page#2", "page#3"] == [part.id for part in found]
    assert {"page.x"} == {part.source for part in found}
    for own, part in zip(titles, found, strict=True):
        assert own in part.text
        assert not [title for title in titles if title != own and title in part.text]


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        (_NUMBERED, ["PANADERO", "CHOFER DE REPARTO", "CAJERA"]),
        (_THREAD, ["Backend Engineer", "Data Scientist", "Site Manager"]),
        (_LINKS, ["Boulanger de nuit", "Vendeur en boutique", "Livreur du matin"]),
    ],
)
def test_postings_in_other_words_are_told_apart(page: str, titles: list[str]) -> None:
    """Numbers, a hiring thread's bars and the links of search results part postings."""
    found = postings(from_text(page))
    assert [[title] for title in titles] == [
        [title for title in titles if title in part.text] for part in found
    ]


def test_what_the_page_says_to_all_stands_in_each() -> None:
    """The employer before the first posting and the address after the last are in every part."""
    page = _MARKDOWN + "\n\n## How to apply\n\nWrite to jobs@ovenside.example."
    found = postings(from_text(page))
    assert [True] * 3 == ["A bakery in three towns." in part.text for part in found]
    assert [True] * 3 == ["jobs@ovenside.example" in part.text for part in found]


def test_a_list_of_contents_is_not_in_the_parts() -> None:
    """Links above the postings that repeat their titles would mislead whoever reads one part."""
    links = "".join(f"<li><a href='#j'>{job['title']}</a></li>" for job in _JOBS)
    page = f"<body><h1>Ovenside</h1><ul>{links}</ul>{_SHOWN}<p>£12 an hour.</p></body>"
    page = page.replace("</p><h2>", " £11 an hour.</p><h2>")
    found = postings(from_text(page))
    assert [1, 1, 1] == [sum(str(job["title"]) in part.text for job in _JOBS) for part in found]


def test_what_is_shared_is_bounded() -> None:
    """A long introduction is not repeated whole before each of many postings."""
    page = "We bake.\n" * 2000 + "\n" + _PLAIN
    found = postings(from_text(page))
    assert 3 == len(found)
    assert max(len(part.text) for part in found) < SHARED + 500


_POSTING = f"# Night Baker\n\nOvenside Ltd, Leeds\n\n{_BODY}\n\n## Requirements\n\n- 2 years\n\n"
_GERMAN = (
    "# Nachtbäcker (m/w/d)\n\nSie backen in der Frühschicht und halten die Backstube und das Buch "
    "in guter Ordnung, auch wenn es einmal spät wird. 18 € pro Stunde.\n\n"
)
_ENGLISH = (
    "# Night Baker (m/f/d)\n\nYou bake on the early shift and keep the bakehouse and the book in "
    "good order, even when it gets late once in a while. 18 € an hour.\n\n"
)
_CLOSED = (
    "# Baker\n\n£14 an hour, and the oven is warm before you come in at four.\n\n"
    "# Counter Assistant\n\nThis position has been filled. It was £12 an hour in the end.\n"
)
_ONE_ITEM = (
    "<rss><channel><title>Jobs</title><item><title>Baker</title><pubDate>2026</pubDate>"
    f"<description>{_BODY}</description></item></channel></rss>"
)
_WITH_NULLS = (
    f"title: 'Night Baker'\nlocation: Leeds\ntext: '{_BODY}'\nlink:\n  title: null\n"
    "  location: York\nlink:\n  title: null\n  location: Hull\n"
)
_RUN_TOGETHER = (
    "Night Baker Ovenside Ltd Leeds 3 days ago Apply now "
    + f"{_BODY} " * 24
    + "Apply now Counter Assistant Crumb Ltd York 2 days ago You sell what others baked. Apply now "
    "Driver for the Morning Round Loaf Ltd Hull 5 days ago You drive early. Apply now"
)


@pytest.mark.parametrize(
    "page",
    [
        _POSTING,
        _POSTING + _POSTING,
        _GERMAN + _ENGLISH,
        _POSTING + "## Similar jobs\n\n" + _SHOWN,
        _POSTING + "Similar jobs\n\nCook\nYork\n£12\n\nDriver\nHull\n£14\n",
        _POSTING + "## Your team leader\n\nAda has led the shift for 12 years.\n",
        "1. Responsibilities\nBake.\n\n2. Requirements\n2 years.\n\n3. Benefits\n£12 an hour.",
        json.dumps({"title": "Baker", "sections": [{"title": "Duties", "text": _BODY},
                                                  {"title": "Perks", "text": _BODY}]}),
        json.dumps({**_JOBS[0], "similarJobs": _JOBS[1:]}),
        "Job title: Baker\nLocation: Leeds\n" + _BODY + "\n\nJob title: Baker\nLocation: York\n",
        _CLOSED,
        _ONE_ITEM,
        "Baker\n3 days ago\n" + _BODY + "\nPosted 3 days ago",
        _WITH_NULLS,
        _RUN_TOGETHER,
    ],
)  # fmt: skip
def test_one_posting_stays_one(page: str) -> None:
    """Twice the same text, two languages, other jobs, sections and closed roles part nothing."""
    document = from_text(page)
    assert (document,) == postings(document)


def _labels() -> list[tuple[Path, bool]]:
    found = []
    for label in sorted((DATASET / "labels").glob("*.json")):
        row = json.loads(label.read_text(encoding="utf-8"))
        found.append((DATASET / row["document"], "roles" in row and not row["gold"]))
    return found


@pytest.mark.parametrize(
    ("path", "several"), _labels(), ids=lambda value: getattr(value, "stem", "")
)
def test_the_pages_of_the_evaluation_set(path: Path, *, several: bool) -> None:
    """No labelled single document is split, and every page of several roles is."""
    try:
        document = read(path)
    except InputError:
        assert "shell" in path.stem
        return
    assert several == (len(postings(document)) > 1)


_FRAGMENTS = [
    _MARKDOWN, _PLAIN, _LINKS, _RESULTS, _FEED, "\n", "# Cook\n", "title: Cook\n", "Pay: £9\n",
    "1) Baker\n", "2) Cook\n", " 3 days ago ", "Apply now", "Similar jobs", "a | Cook | b\n",
    "é\ud800",
]  # fmt: skip


@given(st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=8).map("".join))
def test_parts_are_documents_of_their_own(text: str) -> None:
    """Of any page, parts have ids of their own, lines within their text, and lines of the page."""
    document = from_text("Page " + text)
    found = postings(document)
    assert len(found) == len({part.id for part in found})
    assert len(found) == len({part.text for part in found})
    for part in found:
        assert [] == [line for line in part.text.split("\n") if line not in document.text]
        assert part.lines
        assert part.lines[-1].span.end <= len(part.text)


def test_what_is_no_document_passes() -> None:
    """A row that could not be read stays in its place between the parts of pages."""
    page = from_text(_LABELLED, id="page")
    single = from_text(_BODY, id="single")
    found = list(split([page, "unreadable", single]))
    assert ["page#1", "page#2", "page#3", None, "single"] == [
        getattr(each, "id", None) for each in found
    ]


def test_every_posting_of_a_page_is_read(server: Server) -> None:
    """`extract_all` gives a record each, quoted from the text of its own document."""
    model = Model("simple", server.base_url, "key", attempts=1, reading="closed")
    page = from_text(_LABELLED, id="page", source="page.txt")
    records = extract_all(page, model=model)
    assert ["page#1", "page#2", "page#3"] == [record.id for record in records]
    for record, part in zip(records, split([page]), strict=True):
        assert part.sha256 == record.provenance.document_sha256
        quotes = [quote for quoted in record.evidence.values() for quote in quoted]
        assert quotes
        assert [q.quote for q in quotes] == [part.text[q.start : q.end] for q in quotes]


def test_one_record_is_not_all_that_a_page_holds(server: Server) -> None:
    """`extract` refuses a page of several, says what to do, and reads a Document as it is given."""
    model = Model("simple", server.base_url, "key", attempts=1)
    with pytest.raises(InputError, match="holds 3 postings: extract_all"):
        extract(_LABELLED, model=model)
    assert [] == server.requests
    assert "page" == extract(from_text(_LABELLED, id="page"), model=model).id


def test_the_command_writes_a_row_for_each_posting(server: Server, tmp_path: Path) -> None:
    """`postings extract page.html` gives one row a posting, all with the page as their source."""
    page = tmp_path / "page.html"
    page.write_text(_JSON_LD, encoding="utf-8")
    options = ["--model", "simple", "--base-url", server.base_url]
    result = CliRunner().invoke(app, ["extract", str(page), *options])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(f"page#{n}", str(page)) for n in (1, 2, 3)] == [(r["id"], r["source"]) for r in rows]


def test_headings_that_repeat_the_title_are_parts_of_one_posting() -> None:
    """A description's own headings may name the job each time."""
    page = (
        "# Warehouse Clerk Position Overview\nYou pack for £12 an hour, from six to two each day.\n"
        "# Qualifications for Warehouse Clerk\nTwo years in a store, and a licence for the truck.\n"
        "# Responsibilities for Warehouse Clerk\nYou load 40 pallets a day and keep the lists.\n"
    )
    assert 1 == len(postings(from_text(page, id="1", source="-")))
