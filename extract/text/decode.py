"""Turn bytes into clean text: detect the encoding, repair mojibake, drop invisible characters.

This module does not look at markup. It repairs only text that cannot be meant as it stands.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from extract.errors import InputError
from extract.late import late

if TYPE_CHECKING:
    import ftfy
    from ftfy import badness
    from resiliparse.parse import encoding as encodings
else:
    ftfy = late("ftfy")
    badness = late("ftfy.badness")
    encodings = late("resiliparse.parse.encoding")

__all__ = ["clean", "decode"]

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF: convert it to text first, for example with pdftotext"),
    (b"PK\x03\x04", "a zip archive or an office file (docx, odt): save it as text or HTML first"),
    (b"\xd0\xcf\x11\xe0", "an old office file (doc, xls): save it as text or HTML first"),
    (b"{\\rtf", "an RTF file: save it as text or HTML first"),
    (b"\x1f\x8b", "gzip data: unpack it first, for example with gunzip"),
    (b"BZh", "bzip2 data: unpack it first, for example with bunzip2"),
    (b"\xfd7zXZ\x00", "xz data: unpack it first, for example with unxz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"(\xb5/\xfd", "zstd data: unpack it first, for example with unzstd"),
    (b"\x89PNG", "an image: its words have to be read by OCR first"),
    (b"\xff\xd8\xff", "an image: its words have to be read by OCR first"),
    (b"GIF8", "an image: its words have to be read by OCR first"),
    (b"SQLite format 3", "a database: export its texts as JSON lines first"),
    (b"PAR1", "a Parquet file: export its texts as JSON lines first"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE
)
# What the WHATWG encoding standard makes of the labels that pages declare wrongly most often.
_READ_AS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252"}
_READ_AS |= {"us-ascii": "cp1252", "shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030"}
_HEAD = 4096
# Letters in Windows code pages, controls in the ISO ones.
_WINDOWS = re.compile(rb"[\x80-\x9f]")

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PAIR = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile(r"[\t\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_LONGEST_REPAIR = 100_000
# UTF-8 read as a one-byte encoding: an accented letter, then what a continuation byte turns into.
_SUSPECT = re.compile(
    r"[\xc2-\xf4\u0102\u0103\u0110\u0111\u0152\u0412\u0420\u0421][\x80-\xbf\u0152-\u0192\u02c6-\u02dd\u2013-\u203a\u20ac\u2122\u0402-\u045f]"
)


def decode(data: bytes) -> str:
    r"""Return the text of `data`.

    The encoding is that of the byte order mark, else UTF-8, else the declared one, else the one
    detected. Raises `InputError` if `data` is not text; the message says what it is and what to do.

    >>> decode("Pflegekraft für Köln".encode("cp1252"))
    'Pflegekraft für Köln'
    """
    for signature, remedy in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"not text but {remedy}")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\x00" in data:
        return _wide(data)
    if b"\x1b$" in data and _declared(data[:_HEAD]) == "iso2022_jp":
        return data.decode("iso2022_jp", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _other(data, _declared(data[:_HEAD]))


def _other(data: bytes, declared: str | None) -> str:
    damaged = _damaged_utf8(data)
    if damaged is not None:
        return damaged
    if declared is not None and declared != "utf-8":
        return data.decode(declared, "replace")
    # uchardet: of ten one-sentence samples it read nine; charset-normalizer three, and slower.
    detected = encodings.detect_encoding(data) or "utf-8"
    if detected == "iso8859-2" and _WINDOWS.search(data):
        detected = "cp1250"
    text = data.decode(detected, "replace")
    if text.count("\ufffd") > len(text) // 10:
        raise InputError("not text: its bytes are of no known encoding; save it as UTF-8 text")
    return text


def _declared(head: bytes) -> str | None:
    found = _DECLARED.search(head)
    if found is None:
        return None
    name = found[1].decode("ascii", "ignore").lower()
    try:
        return codecs.lookup(_READ_AS.get(name, name)).name
    except LookupError:
        return None


def _wide(data: bytes) -> str:
    """Decode UTF-16 without a byte order mark: in Latin text every other byte is zero."""
    sample = data[:_HEAD]
    half = max(1, len(sample) // 2)
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        others = sample[1 - first :: 2].count(0)
        if sample[first::2].count(0) > 0.7 * half and others < 0.05 * half:
            return data.decode(encoding, "replace")
    raise InputError("not text: it holds NUL bytes, as binary files do; save it as UTF-8 text")


def _damaged_utf8(data: bytes) -> str | None:
    """Decode UTF-8 that was cut in the middle of a character or has a few stray bytes."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    kept = len(data) - len(text) - 2 * lost
    return text if kept > 10 * lost or lost <= 1 < kept else None


def clean(text: str) -> str:
    r"""Return `text` without invisible characters; all line breaks and spaces become plain ones.

    Lone surrogates become U+FFFD, so that the result always encodes as UTF-8.

    >>> clean("Pay:\u200b\xa0€20\r\nWeâ€™re hiring")
    'Pay: €20\nWe’re hiring'
    """
    if not text.isascii():
        if _SURROGATE.search(text):
            text = _PAIR.sub(_joined, text)
            text = _SURROGATE.sub("\ufffd", text)
        text = _repaired(text)
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    text = _BREAK.sub("\n", text)
    text = _SPACE.sub(" ", text)
    return _UNSEEN.sub("", text)


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _repaired(text: str) -> str:
    """Undo mojibake line by line: the lines beside a damaged one may be sound."""
    if _SUSPECT.search(text) is None:
        return text
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _repaired_line(line: str) -> str:
    if line.isascii() or len(line) > _LONGEST_REPAIR or not badness.is_bad(line):
        return line
    # Lossy repairs would make up characters.
    repaired = ftfy.fix_encoding(line, replace_lossy_sequences=False, explain=False)
    return line if badness.is_bad(repaired) or "\ufffd" in repaired else repaired
