"""The end (or the beginning) of a message that quotes the one it answers, as mail programs write it."""

from __future__ import annotations

import re

MIN_CHARS = 40  # a shorter quotation stays with the text around it, which it says something about
ATTRIBUTION_LINES = 3  # at most, of "On Monday, Ann Keeper <ann@lighthouse.example> wrote:", which is wrapped
_QUOTED = re.compile(r"[ \t]*(?:>|\|(?=[ \t]))")
_WROTE = re.compile(
    r"(?:wrote|writes|schrieb|geschrieben|écrit|escribió|ha scritto|scrive|schreef|escreveu|napisała?|写道|寫道)"
    r"[^\n]{0,80}[:：][ \t]*\Z",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"-{3,}[ \t]*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale"
    r"|Oorspronkelijk bericht|Mensagem original|原始邮件|原始郵件)[ \t]*-{3,}",
    re.IGNORECASE,
)
_WHEN_OR_WHO = re.compile(r"\d|@")  # a sentence that says what somebody wrote has neither
# The header that Outlook puts before the message that is answered, without any mark.
_FROM = re.compile(r"[* ]*(?:From|Von|De|Da|Van|发件人|寄件者)[* ]*[:：][* ]*\S")
_SENT = re.compile(
    r"[* ]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|发送时间|寄件日期)[* ]*[:：][* ]*\S"
)


def split(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, in order, each with whether it is quoted: at most one quotation in front and one at the end.

    What is quoted between answers stays with them. A message that is nothing but a quotation is none.
    """
    lines = text.split("\n")
    first = _end_of_leading(lines)
    last = _start_of_trailing(lines, first)
    pieces = [("\n".join(lines[:first]), True), ("\n".join(lines[first:last]), False), ("\n".join(lines[last:]), True)]
    if not pieces[1][0].strip():
        return [(text, False)]
    joined: list[tuple[str, bool]] = []
    for piece, is_quoted in pieces:
        is_kept = is_quoted and len(piece.strip()) >= MIN_CHARS
        if joined and joined[-1][1] == is_kept:
            joined[-1] = (f"{joined[-1][0]}\n{piece}", is_kept)
        elif piece.strip():
            joined.append((piece, is_kept))
    return joined


def _end_of_leading(lines: list[str]) -> int:
    """The number of lines of a quotation that the message begins with."""
    at = 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    start = next((n for n in range(at, min(at + ATTRIBUTION_LINES, len(lines))) if _QUOTED.match(lines[n])), None)
    if start is None or (start > at and not _is_attribution(lines[at:start])):
        return 0
    end = start
    while end < len(lines) and (_QUOTED.match(lines[end]) or not lines[end].strip()):
        end += 1
    return end


def _start_of_trailing(lines: list[str], first: int) -> int:
    """The line that a quotation begins with which goes on to the end; the number of lines if there is none."""
    for number in range(first, len(lines)):
        if _SEPARATOR.match(lines[number].strip()) or _is_outlook_header(lines, number):
            return number
    end = len(lines)
    while end > first and (_QUOTED.match(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    if not any(_QUOTED.match(line) for line in lines[end:]):
        return _unmarked(lines, first)
    return _attribution_start(lines, end, first)


def _unmarked(lines: list[str], first: int) -> int:
    """The attribution after which all is quoted without marks, as in the text of an HTML message."""
    for number in range(first, len(lines)):
        if _WROTE.search(lines[number]):
            start = _attribution_start(lines, number + 1, first)
            if _WHEN_OR_WHO.search(" ".join(lines[start : number + 1])):
                return start
    return len(lines)


def _attribution_start(lines: list[str], end: int, first: int) -> int:
    """The first line of the attribution that ends before a line, or that line."""
    while end > first and not lines[end - 1].strip():
        end -= 1
    for count in range(1, ATTRIBUTION_LINES + 1):
        if end - count < first or not lines[end - count].strip():
            break
        if _is_attribution(lines[end - count : end]) and (
            count == ATTRIBUTION_LINES or _begins(lines, end - count, first)
        ):
            return end - count
    return end


def _begins(lines: list[str], number: int, first: int) -> bool:
    """Whether a paragraph begins with a line."""
    return number == first or not lines[number - 1].strip()


def _is_attribution(lines: list[str]) -> bool:
    return bool(_WROTE.search(" ".join(line.strip() for line in lines).strip()))


def _is_outlook_header(lines: list[str], number: int) -> bool:
    following = [line for line in lines[number + 1 : number + 4] if line.strip()]
    return bool(_FROM.match(lines[number])) and any(_SENT.match(line) for line in following)
