#!/usr/bin/env bash
# jobsheet 0.1.0: a search for ".NET" keeps no advert for a ".NET Developer", as every term has to begin at a word
# boundary (`\b`), and there is none between a space and a dot. It keeps only texts with a letter before the dot. A term
# in Chinese or Japanese is not found inside a longer word either.
#
# Guess: a term matches itself at the start of a title and between spaces. The source says the start is anchored "so
# 'gis' cannot hide inside 'logistics'"; its readme does not speak of it.
# Seen (python 3.11), whether an advert with the title is kept by a search for the term:
#   .NET: '.NET Developer' no; 'Senior .NET Developer' no; 'ASP.NET Developer' yes; 'Clerk at example.network' yes
#   C#: 'Senior C# Developer' yes
#   工程师: '工程师' yes; '软件工程师' no
#   エンジニア: 'エンジニア' yes; 'ソフトウェアエンジニア' no
# The adverts that were looked for are dropped, and one that only names an address is kept. The same test decides on
# excluded employers, places and flags.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jobsheet==0.1.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from jobsheet.core.matching import KeywordGroup, SearchProfile, match
from jobsheet.core.models import Posting

cases = {
    ".NET": (".NET Developer", "Senior .NET Developer", "ASP.NET Developer", "Clerk at example.network"),
    "C#": ("Senior C# Developer",),
    "工程师": ("工程师", "软件工程师"),
    "エンジニア": ("エンジニア", "ソフトウェアエンジニア"),
}
seen = {}
for term, titles in cases.items():
    profile = SearchProfile(keyword_groups=[KeywordGroup(name="wanted", terms=[term])])
    seen[term] = [
        match(Posting(source_id="rss", title=title, url="https://jobs.example/7"), profile) is not None
        for title in titles
    ]
    print(f"{term}: " + "; ".join(f"{title!r} {'yes' if kept else 'no'}" for title, kept in zip(titles, seen[term])))
assert seen == {
    ".NET": [False, False, True, True],
    "C#": [True],
    "工程师": [True, False],
    "エンジニア": [True, False],
}, "the behaviour has changed"
PYTHON
