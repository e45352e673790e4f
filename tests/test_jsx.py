"""Sources of pages: JSX, and the data of JavaScript and TypeScript modules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.sources.several import postings
from extract.text.document import from_text
from extract.text.jsx import module


def _page(inside: str, before: str = "") -> str:
    return f"import React from 'react';\n{before}\nexport default () => (<main>{inside}</main>);"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (
            "<h1>R&D Baker</h1>{/* a note */}{' '}<p>Pay: {'£12'} a day</p>",
            "# R&D Baker|Pay: £12 a day",
        ),
        ("<ul>{duties.map((duty, at) => <li key={at}>{duty}</li>)}</ul>", "• Bake rye|• Sweep up"),
        (
            "{jobs.map(({ town, pay: wage }) => { return <p>{town}: {wage}</p> })}",
            "York: £12|Hull: £9",
        ),
        ("{jobs.map(job => <p>{job.town}</p>)}", "York|Hull"),
        ("<p>{open ? 'Apply now' : <b>Closed</b>}</p>", "Apply now Closed"),
        (
            "<h1>Bread & <b>butter & jam</b></h1><Pay note='Q & A' />",
            "# Bread & butter & jam|Q & A",
        ),
        ("{open && <p>Apply by post</p>}{at + place}", "Apply by post"),
        (
            "<p style={{display: 'none'}}>Spare</p><p hidden>Spare</p><p>{about}</p>",
            "We bake bread.",
        ),
        ("<div aria-hidden={true} /><p>Bake <Link to='/x'>bread</Link>.</p>", "Bake bread."),
        ("<Job title=\"Baker &amp; cook\" className='big box' icon={<Icon />} />", "Baker & cook"),
        ("<Title as='h2'>Baker</Title><Tasks items={duties} />", "# Baker|Bake rye|Sweep up"),
        ("<Faq rows={[{ ask: 'When?', say: <p>At once</p>, id: 'a b' }]} />", "When?|At once"),
        ("<div dangerouslySetInnerHTML={{ __html: '<b>Bake</b> bread' }} />", "Bake bread"),
        ("<p>One</p>\n\n  Two\n\n  Three<br/>Four", "One|Two|Three|Four"),
    ],
)
def test_what_an_element_shows_is_read(inside: str, shown: str) -> None:
    """Text, strings, lists that are mapped, and what components are given; not code."""
    data = {
        "duties": "['Bake rye', 'Sweep up']",
        "jobs": "[{town: 'York', pay: '£12'}, {town: 'Hull', pay: '£9'}]",
        "about": "`We bake bread.`",
    }
    used = "\n".join(f"const {name} = {data[name]};" for name in data if name in inside)
    lines = from_text(_page(inside, used)).text.splitlines()
    assert "|".join(filter(None, lines)) == shown


def test_types_are_no_text() -> None:
    """TypeScript: interfaces, types of values and of calls."""
    source = (
        "'use client'\nimport { type Job } from '@/jobs'\ninterface Props { readonly job: Job }\n"
        "export default function Page({ job }: Props): JSX.Element {\n"
        "  const [open, setOpen] = useState<boolean>(false)\n"
        "  return <><h1>Baker</h1><button onClick={() => setOpen(o => !o)}>Apply</button></>\n}\n"
    )
    assert from_text(source).text == "# Baker\n\nApply"


def test_a_module_of_data_is_a_feed() -> None:
    """Each object is a job, with what it states; what only running could tell is left out."""
    source = (
        "// Our jobs\nimport { yard } from './yard';\nconst baker: Job = {\n  title: 'Baker',\n"
        "  location: 'York', photo: yard.photo,\n  about: 'You bake for ' + 'all of us.',\n};\n"
        "const cook = { title: 'Cook', location: 'Hull', about: `You cook for ${many} people.` };\n"
        "export default [baker, cook] as const;\n"
    )
    found = postings(from_text(source))
    assert [job.text for job in found] == [
        "title: Baker\nlocation: York\nabout: You bake for all of us.",
        "title: Cook\nlocation: Hull\nabout: You cook for  people.",
    ]


def test_what_a_module_repeats_without_end_is_cut() -> None:
    """Lists mapped within lists, and one long name shown often, stay a megabyte."""
    items = "const all = [" + "1, " * 100 + "];\n" + f"const long = '{'Rye bread ' * 20_000}';"
    nested = "{" + "all.map(() => " * 8 + "<p>Rye</p>" + ")" * 8 + "}"
    repeated = "{long}" * 2_000
    for inside in (nested, repeated):
        text = from_text(_page(f"<h1>Baker</h1>{inside}", items)).text
        assert text.startswith("# Baker")
        assert len(text) < 2_000_000


def test_what_a_page_does_not_show_stands_beside_it() -> None:
    """Its description before the page; its jobs, each a record, after it."""
    source = (
        "export const metadata = { title: 'Work at Rye', description: 'All that is open now' };\n"
        "const jobs = [{ title: 'Baker', location: 'York', about: 'You bake all night.' }];\n"
        "export default () => <main><h1>Open</h1>{jobs.map((job) => <p>{job.title}</p>)}</main>"
    )
    assert from_text(source).text.split("\n\n") == [
        "title: Work at Rye\ndescription: All that is open now",
        "# Open",
        "Baker",
        "title: Baker\nlocation: York\nabout: You bake all night.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import duties apply.\n\nWe want a baker <b>now</b>.",
        "export { work } to us\n\n<p>A baker is wanted</p>\n<p>Come by.</p>",
        "const\n\nBaker wanted in York: bake, sweep, and sell.",
        "import Box from './box'\n\n# Baker\n\nWe bake bread in York and want help, <Box/> or not.",
        "import { a } from 'b';\nexport const c = a(1);",
        "<main>Baker</main>",
    ],
)
def test_other_texts_are_no_module(text: str) -> None:
    """Prose that begins with a word of the language, Markdown with elements, code alone."""
    assert module(text) is None


def test_what_nests_deeply_is_left_out() -> None:
    """Hostile sources neither hang nor overflow the stack."""
    deep = "<b>" * 5_000 + "x" + "</b>" * 5_000
    assert from_text(_page(f"<p>Baker</p>{deep}")).text == "Baker"
    lists = "[" * 5_000 + "]" * 5_000
    assert from_text(_page("<p>Baker</p>", f"const a = {lists};")).text == "Baker"


@given(st.text("ab {}<>/'\"`&;=()[]\n$.,\\", max_size=60))
def test_any_source_is_read(inside: str) -> None:
    """Whatever stands in a page, right or wrong, its heading is read and nothing fails."""
    assert "Baker" in from_text(_page("<h1>Baker</h1>" + inside)).text


@given(st.text("ab {}<>'\"`&;\n\\é", min_size=1, max_size=40).filter(str.strip))
def test_a_string_is_read_as_it_is_written(words: str) -> None:
    """Quotes, backslashes and angle brackets in a string are characters of it."""
    written = words.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    read = module(f"export const baker = {{ title: 'Baker', about: 'You can bake {written}' }};")
    assert read is not None
    assert read.values["baker"]["about"] == f"You can bake {words}"
