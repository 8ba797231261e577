"""Addresses of the codes page of a case and of decisions on its lines."""

from django.urls import path, register_converter

from casetracker.views import coding, lifting


class LineDecisionWord:
    """What a coder can do with one line."""

    regex = "accept|change|hold|decline"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LineDecisionWord, "line_decision")

CODING_ROUTES = [
    path("cases/<int:case_id>/codes/", coding.codes, name="case-codes"),
    path("cases/<int:case_id>/codes/accepted/", coding.accept, name="case-codes-accept"),
    path("cases/<int:case_id>/codes/add/", coding.add, name="case-line-add"),
    path("cases/<int:case_id>/codes/lift/<slug:conflict>/", lifting.lift, name="case-conflict-lift"),
    path(
        "cases/<int:case_id>/codes/lifted/<int:lift_id>/end/", lifting.restore, name="case-conflict-restore"
    ),
    path("cases/<int:case_id>/codes/<line_decision:word>/", coding.line, name="case-line"),
]
