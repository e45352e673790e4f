#!/usr/bin/env bash
# docx2python 3.7.1: a hyphen that Word may not break a line at (Ctrl+Shift+Hyphen) is left out, so a range of pay
# becomes one number. Word keeps it as the element w:noBreakHyphen.
#
# Guess: it is read as "-" or as U+2011. Its soft sister w:softHyphen may go, as Word shows that only at line ends.
# python-docx and mammoth give a hyphen. kreuzberg 4.10.4 loses it as well, and tabs with it (not run here: large).
# Seen (python 3.11), for "Pay 14-16 euros, 36-40 hours, full-time" with such hyphens:
#   python-docx: 'Pay 14-16 euros, 36-40 hours, full-time'
#   mammoth: 'Pay 14\u201116 euros, 36\u201140 hours, full\u2011time'
#   docx2python: 'Pay 1416 euros, 3640 hours, fulltime'
# Such hyphens are typed just where a range must stay together. "1416 euros" is a sound figure for a month's pay, so
# no check of the extracted record notices.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docx2python==3.7.1 python-docx==1.2.0 \
    mammoth==1.13.0 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import docx
import mammoth
from docx.oxml import OxmlElement
from docx2python import docx2python

document = docx.Document()
run = document.add_paragraph().add_run("Pay 14")
for text in ("16 euros, 36", "40 hours, full", "time"):
    run._r.append(OxmlElement("w:noBreakHyphen"))
    run._r.add_t(text)
document.save("advert.docx")

with docx2python("advert.docx") as read, open("advert.docx", "rb") as file:
    seen = {
        "python-docx": docx.Document("advert.docx").paragraphs[0].text,
        "mammoth": mammoth.extract_raw_text(file).value.strip(),
        "docx2python": read.text.strip(),
    }
for name, text in seen.items():
    print(f"{name}: {ascii(text)}")
assert seen == {
    "python-docx": "Pay 14-16 euros, 36-40 hours, full-time",
    "mammoth": "Pay 14\u201116 euros, 36\u201140 hours, full\u2011time",
    "docx2python": "Pay 1416 euros, 3640 hours, fulltime",
}, "the behaviour has changed"
PYTHON
