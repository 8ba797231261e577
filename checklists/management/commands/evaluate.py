"""`manage.py evaluate`: judge case documents from files or standard input, as text with reasons or as JSON."""

import gc
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checklists.case_files import Unreadable, documents
from checklists.case_report import report
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.reader import RulebookRefused, current_book

USAGE = 2
SOME_REFUSED = 1


class Command(BaseCommand):
    help = "Judge case documents (srs-case/1). Exit: 0 all judged, 1 some refused, 2 usage."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="CASE", help="files, or - for standard input")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")

    def handle(self, *args: Any, **options: Any) -> None:
        book = _book()
        gc.freeze()  # the book lives as long as the process; collecting it again and again is a third of the time
        texts = [_text(name) for name in options["files"]]
        refused = 0
        for number, document in enumerate(_all(texts)):
            result = _judge(document, book)
            refused += "error" in result
            self.stdout.write(_shown(result, book, options["format"], number))
        if refused:
            self.stdout.flush()
            sys.exit(SOME_REFUSED)


def _book() -> RuleBook:
    try:
        return current_book()
    except RulebookRefused as refusal:
        raise CommandError(f"The rule book does not read cleanly:\n{refusal}", returncode=USAGE) from None


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "not readable").lower()
        raise CommandError(f"{name} cannot be read: {reason}.", returncode=USAGE) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CommandError(f"{name}, line {line}: the text is not UTF-8.", returncode=USAGE) from None


def _all(texts: list[str]) -> Iterator[Any]:
    for text in texts:
        yield from documents(text)


def _judge(document: Any, book: RuleBook) -> dict[str, Any]:
    return document.as_result() if isinstance(document, Unreadable) else evaluate_document(document, book)


def _shown(result: dict[str, Any], book: RuleBook, form: str, number: int) -> str:
    if form == "json":
        return json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    lead = f"\n{'=' * 72}\n" if number else ""
    return f"{lead}{report(result, book)}"
