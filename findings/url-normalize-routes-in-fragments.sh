#!/usr/bin/env bash
# url-normalize 3.1.0: in a fragment "/", "?", "&", ":" and "@" are turned into %2F, %3F and so on, so the address of a
# page that is shown by a script ("#/job/7") leads nowhere, and two parameters in a fragment become one. An encoded and
# a plain "/" become the same there, though they are kept apart in a path. Its docstring cites RFC 3986, which allows
# all these characters.
#
# Guess: such a fragment stays as it is, as in w3lib 2.5.0's canonicalize_url and in url-py 2026.5.1, which reads
# addresses as browsers do. The documentation says "Fragments are preserved and normalized" and "Preserve encoded path
# separators", and names one exception, "#!".
# Seen (python 3.11):
#   https://example.com/#/job/7 -> https://example.com/#%2Fjob%2F7
#   https://example.com/jobs#/?id=7&lang=de -> https://example.com/jobs#%2F%3Fid=7%26lang=de
#   https://example.com/jobs#id=7&lang=de -> https://example.com/jobs#id=7%26lang=de
#   https://example.com/#/job/R%2F7 -> https://example.com/#%2Fjob%2FR%2F7
#   https://example.com/#/job/R/7 -> https://example.com/#%2Fjob%2FR%2F7
#   https://example.com/job/7?next=/a&b=c:d@e -> https://example.com/job/7?next=/a&b=c:d@e
# Career sites of one page have the address of an advert in the fragment. The parameters of "#id=7&lang=de" are id "7"
# and lang "de"; afterwards there is only id, "7&lang=de".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    url-normalize==3.1.0 w3lib==2.5.0 url-py==2026.5.1 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from urllib.parse import parse_qs, urlsplit

from url import URL
from url_normalize import url_normalize
from w3lib.url import canonicalize_url

site = "https://example.com/"
expected = {
    f"{site}#/job/7": f"{site}#%2Fjob%2F7",
    f"{site}jobs#/?id=7&lang=de": f"{site}jobs#%2F%3Fid=7%26lang=de",
    f"{site}jobs#id=7&lang=de": f"{site}jobs#id=7%26lang=de",
    f"{site}#/job/R%2F7": f"{site}#%2Fjob%2FR%2F7",
    f"{site}#/job/R/7": f"{site}#%2Fjob%2FR%2F7",
    f"{site}job/7?next=/a&b=c:d@e": f"{site}job/7?next=/a&b=c:d@e",
}
seen = {address: url_normalize(address) for address in expected}
for address, found in seen.items():
    print(f"{address} -> {found}")
    assert str(URL.parse(address)) == address, "url-py changes it too"
    if "#" in address:
        assert canonicalize_url(address, keep_fragments=True) == address, "w3lib changes it too"
    assert url_normalize(found) == found
assert seen == expected, "the behaviour has changed"
address = f"{site}jobs#id=7&lang=de"
assert parse_qs(urlsplit(address).fragment) == {"id": ["7"], "lang": ["de"]}
assert parse_qs(urlsplit(seen[address]).fragment) == {"id": ["7&lang=de"]}
PYTHON
