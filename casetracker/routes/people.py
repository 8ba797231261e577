"""Addresses of the administrator's pages."""

from django.urls import path

from casetracker.views import people, tokens

PEOPLE_ROUTES = [
    path("people/", people.people, name="people"),
    path("people/<int:department_id>/", people.department, name="people-department"),
    path("people/<int:department_id>/settings/", people.department_settings, name="people-settings"),
    path("people/<int:department_id>/clocks/", people.department_clocks, name="people-clocks"),
    path("people/<int:department_id>/accounts/new/", people.account_new, name="people-account-new"),
    path("people/<int:department_id>/accounts/<int:user_id>/", people.account, name="people-account"),
    path(
        "people/<int:department_id>/accounts/<int:user_id>/close/",
        people.account_close,
        name="people-account-close",
    ),
    path(
        "people/<int:department_id>/accounts/<int:user_id>/password/",
        people.account_password,
        name="people-account-password",
    ),
    path("people/<int:department_id>/tokens/", tokens.tokens, name="people-tokens"),
    path("people/<int:department_id>/tokens/new/", tokens.token_new, name="people-token-new"),
    path(
        "people/<int:department_id>/tokens/<int:token_id>/revoke/",
        tokens.token_revoke,
        name="people-token-revoke",
    ),
    path("people/<int:department_id>/<slug:kind>/new/", people.record, name="people-record-new"),
    path("people/<int:department_id>/<slug:kind>/<int:record_id>/", people.record, name="people-record"),
]
