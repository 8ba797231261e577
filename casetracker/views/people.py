"""The administrator's pages: one overview per department, one form per entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casetracker.errors import NotAllowed, Refused
from casetracker.forms.people import RECORD_FORMS, AccountForm, DepartmentForm, FirstPasswordForm, RolesForm
from casetracker.selectors import people as selectors
from casetracker.services import people as services

NAMES = {"clinicians": "clinician", "machines": "machine", "payers": "payer"}
get_or_post = require_http_methods(["GET", "POST"])


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The first department this person administers, or a refusal that says what is missing."""
    departments = selectors.administered(request.user)
    if not departments:
        raise NotAllowed("Managing people and machines needs the role administrator in a department.")
    return redirect("people-department", departments[0].pk)


@require_GET
def department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Accounts, clinicians, machines and payers of one department."""
    found = selectors.administered_department(request.user, department_id)
    context = {
        "department": found,
        "departments": selectors.administered(request.user),
        "members": selectors.members_of(found),
        **selectors.records_of(found),
    }
    return render(request, "people/department.html", context)


@get_or_post
def department_settings(request: HttpRequest, department_id: int) -> HttpResponse:
    found = selectors.administered_department(request.user, department_id)
    form = DepartmentForm(request.POST or None, instance=found)
    return _save(request, form, found, found, "Department settings")


@get_or_post
def record(request: HttpRequest, department_id: int, kind: str, record_id: int | None = None) -> HttpResponse:
    """A new or known clinician, machine or payer."""
    found = selectors.administered_department(request.user, department_id)
    row = selectors.record_of(found, kind, record_id) if record_id else selectors.new_record(found, kind)
    form = RECORD_FORMS[kind](request.POST or None, instance=row)
    return _save(request, form, found, row, f"{'Change' if record_id else 'New'} {NAMES[kind]}")


def _save(request: HttpRequest, form, found, row, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            services.save_record(record=row, by=request.user, department=found, values=form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{row} saved.")
            return redirect("people-department", found.pk)
    return _form_page(request, found, form, title)


def _form_page(request: HttpRequest, found, form, title: str, button: str = "Save") -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"department": found, "form": form, "title": title, "button": button}
    return render(request, "people/form.html", context, status=status)


@get_or_post
def account_new(request: HttpRequest, department_id: int) -> HttpResponse:
    """Open an account, then give it roles."""
    found = selectors.administered_department(request.user, department_id)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.open_account(by=request.user, department=found, **form.cleaned_data)
            services.set_roles(user=user, by=request.user, department=found, roles=["staff"], duties=[])
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Account for {user} opened. Choose the roles.")
            return redirect("people-account", found.pk, user.pk)
    return _form_page(request, found, form, "New account", "Open account")


@get_or_post
def account(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    """Roles and duties of one person."""
    found = selectors.administered_department(request.user, department_id)
    user = selectors.member_of(found, user_id)
    roles, duties = selectors.roles_of(user, found)
    form = RolesForm(request.POST or None, initial={"roles": roles, "duties": duties})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_roles(user=user, by=request.user, department=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Roles of {user} saved.")
            return redirect("people-department", found.pk)
    context = {
        "department": found,
        "member": user,
        "form": form,
        "password_form": FirstPasswordForm(prefix="first"),
    }
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@require_POST
def account_close(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    found = selectors.administered_department(request.user, department_id)
    user = selectors.member_of(found, user_id)
    try:
        services.close_account(user=user, by=request.user, department=found)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{user} can no longer sign in.")
    return redirect("people-account", found.pk, user.pk)


@require_POST
def account_reopen(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    found = selectors.administered_department(request.user, department_id)
    user = selectors.member_of(found, user_id)
    try:
        services.reopen_account(
            user=user, by=request.user, department=found, password=request.POST.get("first-password", "")
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, f"{user} can sign in again with the first password and must change it then."
        )
    return redirect("people-account", found.pk, user.pk)
