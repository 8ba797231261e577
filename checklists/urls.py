"""Addresses of the rule book's pages."""

from django.urls import path

from checklists import try_out, views

urlpatterns = [
    path("", views.index, name="rulebook"),
    path("codes/<slug:number>/", views.code, name="rulebook-code"),
    path("rules/<slug:rule_id>/", views.rule, name="rulebook-rule"),
    path("documents/", views.documents, name="rulebook-documents"),
    path("policies/", views.policies, name="rulebook-policies"),
    path("conflicts/", views.conflicts, name="rulebook-conflicts"),
    path("changes/", views.two_days, name="rulebook-changes"),
    path("unverified/", views.not_verified, name="rulebook-unverified"),
    path("try/", try_out.try_out, name="rulebook-try"),
]
