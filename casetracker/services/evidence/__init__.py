"""The writers of evidence: documents and what they prove, and what people say about items. Split by subject."""

from .answers import answer_item, challenge_item, mark_cannot_be_met, mark_not_applicable, reopen_item
from .documents import add_document, add_documents, as_input, change_document, link, remove_document, unlink
from .locks import check_unlocked

__all__ = [
    "add_document",
    "add_documents",
    "answer_item",
    "as_input",
    "challenge_item",
    "change_document",
    "check_unlocked",
    "link",
    "mark_cannot_be_met",
    "mark_not_applicable",
    "remove_document",
    "reopen_item",
    "unlink",
]
