"""The design gallery: every component with realistic, invented content. Served only while DEBUG is on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casetracker.forms.design import sample_forms
from casetracker.views import design_lists as lists
from casetracker.views import design_samples as samples


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All components on one page, to look at and to copy from."""
    messages.success(request, "Line 77372 is released.")
    messages.warning(request, "Saved. Two questions are still open.")
    context = {
        name.lower(): value
        for module in (samples, lists)
        for name, value in vars(module).items()
        if name.isupper()
    }
    suggestion = {"lines": samples.LINES, "questions": samples.QUESTIONS, "conflicts": samples.CONFLICTS[:1]}
    return render(
        request, "design/gallery.html", context | sample_forms() | {"suggestion": suggestion, "demo": True}
    )
