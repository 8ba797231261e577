"""The administrator's pages: one overview per department, one form per entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from casetracker.errors import NotAllowed, NotFound, Refused
from casetracker.forms.clocks import ClocksForm
from casetracker.forms.people import RECORD_FORMS, AccountForm, DepartmentForm, FirstPasswordForm, RolesForm
from casetracker.kept import kept_fields, never_kept
from casetracker.selectors import people as selectors
from casetracker.selectors.tokens import working_tokens
from casetracker.services import people as services
from casetracker.views.common import done_or_told, page

NAMES = {"clinicians": "clinician", "machines": "machine", "payers": "payer", "reasons": "reason"}
form_page = page(methods=("GET", "POST"))


def _open(request: HttpRequest, department_id: int):
    """The department, with moments shown in its zone from here on."""
    found = selectors.administered_department(request.user, department_id)
    timezone.activate(found.time_zone)
    return found


@page()
def people(request: HttpRequest) -> HttpResponse:
    """The first department this person administers, or a refusal that says what is missing."""
    departments = selectors.administered(request.user)
    if not departments:
        raise NotAllowed("Managing people and machines needs the role administrator in a department.")
    return redirect("people-department", departments[0].pk)


@page()
def department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Accounts, clinicians, machines and payers of one department."""
    found = _open(request, department_id)
    context = {
        "department": found,
        "departments": [other for other in selectors.administered(request.user) if other != found],
        "members": selectors.members_of(found),
        **selectors.records_of(found),
    }
    return render(request, "people/department.html", context)


@form_page
def department_settings(request: HttpRequest, department_id: int) -> HttpResponse:
    found = _open(request, department_id)
    form = DepartmentForm(request.POST or kept_fields(request), instance=found)
    return _save(request, form, found, found, "Department settings")


@form_page
def department_clocks(request: HttpRequest, department_id: int) -> HttpResponse:
    """One clock for each clinical state."""
    found = _open(request, department_id)
    form = ClocksForm(request.POST or kept_fields(request), stored=found.clinical_clocks)
    if request.method == "POST" and form.is_valid():
        values = {"clinical_clocks": form.clocks()}
        services.save_record(record=found, by=request.user, department=found, values=values)
        messages.success(request, "Clinical clocks saved. They hold at once for every case.")
        return redirect("people-department", found.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/clocks.html", {"department": found, "form": form}, status=status)


@form_page
def record(request: HttpRequest, department_id: int, kind: str, record_id: int | None = None) -> HttpResponse:
    """A new or known clinician, machine or payer."""
    found = _open(request, department_id)
    if kind not in RECORD_FORMS:
        raise NotFound("There is no such list.")
    row = selectors.record_of(found, kind, record_id) if record_id else selectors.new_record(found, kind)
    form = RECORD_FORMS[kind](request.POST or kept_fields(request), instance=row)
    more = reverse("qualifications", args=[found.pk, record_id]) if kind == "clinicians" and record_id else ""
    return _save(request, form, found, row, f"{'Change' if record_id else 'New'} {NAMES[kind]}", more)


def _save(request: HttpRequest, form, found, row, title: str, qualifications_url: str = "") -> HttpResponse:
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
    return _form_page(request, found, form, title, qualifications_url=qualifications_url)


def _form_page(
    request: HttpRequest, found, form, title: str, button: str = "Save", qualifications_url: str = ""
) -> HttpResponse:
    """A form with its crumbs. The department is read afresh: its own form may have changed the object."""
    shown = selectors.administered_department(request.user, found.pk)
    context = {
        "department": shown,
        "form": form,
        "title": title,
        "button": button,
        "qualifications_url": qualifications_url,
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "people/form.html", context, status=status)


@never_kept
@sensitive_post_parameters("password")
@form_page
def account_new(request: HttpRequest, department_id: int) -> HttpResponse:
    """Open an account, then give it roles."""
    found = _open(request, department_id)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.open_account(by=request.user, department=found, **form.cleaned_data)
            services.set_roles(user=user, by=request.user, department=found, roles=["staff"], duties=[])
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Account for {user} opened with the role staff. Choose the roles.")
            return redirect("people-account", found.pk, user.pk)
    return _form_page(request, found, form, "New account", "Open account")


@form_page
def account(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    """Roles and duties of one person, and the person's access."""
    found = _open(request, department_id)
    user = selectors.member_of(found, user_id)
    roles, duties = selectors.roles_of(user, found)
    form = RolesForm(request.POST or kept_fields(request), initial={"roles": roles, "duties": duties})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_roles(user=user, by=request.user, department=found, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Roles of {user} saved.")
            return redirect("people-department", found.pk)
    context = {
        "department": found,
        "member": user,
        "own": user == request.user,
        "tokens": working_tokens(user, found, timezone.now()),
        "form": form,
        "password_form": FirstPasswordForm(prefix="first"),
    }
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@page(methods=("POST",))
def account_close(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    found = _open(request, department_id)
    user = selectors.member_of(found, user_id)
    return _change_access(
        request,
        found,
        user,
        lambda: services.close_account(user=user, by=request.user, department=found),
        f"{user} can no longer sign in.",
    )


@never_kept
@sensitive_post_parameters("first-password")
@page(methods=("POST",))
def account_password(request: HttpRequest, department_id: int, user_id: int) -> HttpResponse:
    """A new first password: for an open account, or to open a closed one again."""
    found = _open(request, department_id)
    user = selectors.member_of(found, user_id)
    act = services.give_first_password if user.is_active else services.reopen_account
    password = request.POST.get("first-password", "")
    return _change_access(
        request,
        found,
        user,
        lambda: act(user=user, by=request.user, department=found, password=password),
        f"{user} signs in with the first password and must choose another one then.",
    )


def _change_access(request: HttpRequest, found, user, act, done: str) -> HttpResponse:
    return done_or_told(request, act, done, reverse("people-account", args=[found.pk, user.pk]))
