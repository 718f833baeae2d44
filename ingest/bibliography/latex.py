r"""LaTeX in a bibliography, as Unicode: accents, letters, dashes, protected capitals.

`{\"O}zt{\"u}rk` gives `Öztürk`. What is common is decoded here, since a library has many
thousand fields; a text with a macro that is rare goes to pylatexenc, which knows them all.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

__all__ = ["decode", "encode"]

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ",
    "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "textendash": "–", "textemdash": "—",
    "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "dots": "…", "ldots": "…", "textless": "<",
    "textgreater": ">", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "guillemotleft": "«", "guillemotright": "»",
    "pounds": "£", "textsterling": "£", "texteuro": "€", "copyright": "©", "S": "§", "P": "¶",
    "newblock": "", "relax": "", "protect": "", "ignorespaces": "", "textdegree": "°",
}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(?:(["'`^~=.])\s*|([uvHcdbrkt])(?:\s+|(?=\{)|(?=\\[ij])))"""
    r"""(?:\{\s*\\?([A-Za-zıȷ]|\\ae|\\AE|\\o|\\O)\s*\}|\\?([A-Za-z]))"""
)
_WORD = re.compile(r"\\([A-Za-z]+)(?:\s*\{\}|[ \t]+|(?![A-Za-z]))")
_STYLED = re.compile(
    r"\\(emph|textit|textsl|textbf|textsuperscript|textsubscript|textsc|textrm|textsf|texttt|"
    r"textnormal|text|mkbibemph|mkbibquote|enquote|uppercase|MakeUppercase|url|path|nolinkurl|mbox|"
    r"href\{[^{}]*\})\s*\{([^{}]*)\}"
)
_OLD_STYLE = re.compile(r"\{\\(em|it|sl|bf|sc|rm|tt|sf)(?![A-Za-z])\s*([^{}]*)\}")
_TAG = {
    "emph": "i", "textit": "i", "textsl": "i", "mkbibemph": "i", "em": "i", "it": "i", "sl": "i",
    "textbf": "b", "bf": "b", "textsuperscript": "sup", "textsubscript": "sub",
}  # fmt: skip
_ESCAPED = re.compile(r"\\([&%$#_{}, ;:!/\-@])")
_THIN = {",": " ", " ": " ", ";": " ", ":": " ", "!": "", "/": "", "-": "", "@": ""}
_SPECIAL = re.compile(r"[\\{}~$]|--|``|''|\n|\t|  |&(?:#\d|\w+;)")


def decode(text: str, verbatim: bool = False) -> str:
    """A field's text as Unicode, blanks run together. verbatim: an address or a file name."""
    if _SPECIAL.search(text) is None:
        return text.strip()
    text = " ".join(text.split())
    if _SPECIAL.search(text) is None:
        return text
    if verbatim:
        found = _STYLED.fullmatch(text)
        text = found[2] if found and found[1] in ("url", "path", "nolinkurl") else text
        return re.sub(r"\\([&%$#_~{}])", r"\1", text).strip("{}<> ")
    return _decoded(text)


@lru_cache(maxsize=4096)
def _decoded(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)  # libraries fed from web pages hold `&amp;`
    if "\\" in text:
        text = text.replace("\\\\", " ")
        text = _ACCENT.sub(_accented, text)
        text = _OLD_STYLE.sub(_styled, text)
        for _ in range(4):  # macros within macros
            again = _STYLED.sub(_styled, text)
            if again == text:
                break
            text = again
        text = _WORD.sub(_letter, text)
        if re.search(r"\\[A-Za-z]", text) and "$" not in text:
            text = _rare(text)
        text = _ESCAPED.sub(
            lambda m: _THIN.get(m[1], {"{": "\ue000", "}": "\ue001"}.get(m[1], m[1])), text
        )
    if "$" not in text:
        text = text.replace("~", " ")
    text = text.replace("{", "").replace("}", "").replace("\ue000", "{").replace("\ue001", "}")
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _accented(found: re.Match[str]) -> str:
    base = found[3] or found[4]
    base = _LETTERS.get(base.lstrip("\\"), base) if base.startswith("\\") else base
    base = {"ı": "i", "ȷ": "j"}.get(base, base)
    return unicodedata.normalize("NFC", base + _ACCENTS[found[1] or found[2]])


def _styled(found: re.Match[str]) -> str:
    name, inner = found[1], found[2]
    if name in ("mkbibquote", "enquote"):
        return f"“{inner}”"
    if name in ("uppercase", "MakeUppercase"):
        return inner.upper()
    tag = _TAG.get(name)
    return f"<{tag}>{inner}</{tag}>" if tag and inner.strip() else inner


def _letter(found: re.Match[str]) -> str:
    return _LETTERS.get(found[1], found[0])


def _rare(text: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]

    try:
        return str(
            LatexNodes2Text(keep_comments=True, strict_latex_spaces=False).latex_to_text(text)
        )
    except Exception:  # whatever it cannot read stays as it is
        return text


_ENCODED = str.maketrans(
    {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}",
     "\\": r"\textbackslash{}", "~": r"\textasciitilde{}"}
)  # fmt: skip
_TAGS = {"i": "emph", "b": "textbf", "sup": "textsuperscript", "sub": "textsubscript"}


def encode(text: str) -> str:
    """A text for a BibTeX file in UTF-8: what LaTeX would take for its own is escaped."""
    text = text.translate(_ENCODED)
    text = re.sub(r"<(i|b|sup|sub)>(.*?)</\1>", lambda m: rf"\{_TAGS[m[1]]}{{{m[2]}}}", text)
    return re.sub(r"</?span[^>]*>", "", text)
