"""The lines of a case as the readiness rules see them: decided by a person, or suggested and still undecided."""

from casetracker.models import BillingLine, Case, Evaluation
from casetracker.readiness import LineView


def lines_of(case: Case) -> list[LineView]:
    """Every decided line of the case, and every suggested line that nobody has decided yet."""
    decided = [
        LineView(**row)
        for row in BillingLine.objects.filter(case=case).values(*LineView.__dataclass_fields__)
    ]
    known = {line.key for line in decided}
    return decided + [line for line in suggested_lines(case) if line.key not in known]


def suggested_lines(case: Case) -> list[LineView]:
    lines = (
        Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT)
        .values_list("result__lines", flat=True)
        .first()
    )
    return [LineView(line["key"], line["code"], line["stream"]) for line in lines or []]
