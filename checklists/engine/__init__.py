"""The rules engine: pure functions from the facts of a case to lines, reasons, conflicts and documentation.

Standard library only; no clock, no files, no records. Start reading at `evaluation`.
"""

from checklists.engine.book import RuleBook
from checklists.engine.case import CaseFacts
from checklists.engine.document import DocumentRefused, read_case
from checklists.engine.evaluation import evaluate, evaluate_document
from checklists.engine.policy import Policy
from checklists.engine.result import Evaluation, as_dict

__all__ = [
    "CaseFacts",
    "DocumentRefused",
    "Evaluation",
    "Policy",
    "RuleBook",
    "as_dict",
    "evaluate",
    "evaluate_document",
    "read_case",
]
