"""Days on which somebody shall act lie ahead: a held line, a returned item, a query."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casetracker.forms.coding import HoldForm
from casetracker.forms.people import DepartmentForm
from casetracker.forms.queries import QueryForm
from casetracker.forms.review import ReturnItemForm

FORMS = [
    (HoldForm, "until", {}),
    (ReturnItemForm, "due_on", {}),
    (QueryForm, "due_on", {"clinicians": []}),
]


@pytest.mark.parametrize(("form", "field", "more"), FORMS, ids=lambda value: getattr(value, "__name__", None))
def test_a_day_that_has_passed_is_refused(form, field, more):
    today = timezone.localdate()
    passed = form({field: (today - timedelta(days=1)).isoformat()}, **more)
    assert passed.errors[field] == ["This day has passed. Give today or a later day."]
    for ahead in (today, today + timedelta(days=9)):
        assert field not in form({field: ahead.isoformat()}, **more).errors


@pytest.mark.parametrize(("typed", "refused"), [("22", False), ("", False), ("ab", True), ("2", True)])
def test_a_place_of_service_has_two_digits(typed, refused):
    form = DepartmentForm({"place_of_service": typed})
    assert ("place_of_service" in form.errors) is refused
