"""Addresses of what is seen to beside the review: notices to radiation safety. No patient data."""

from django.urls import path

from casetracker.views import notices

OVERSIGHT_ROUTES = [
    path("notices/", notices.notice_list, name="notices"),
    path("cases/<int:case_id>/notices/new/", notices.notice_new, name="case-notice-new"),
    path("cases/<int:case_id>/notices/<int:notice_id>/", notices.notice, name="case-notice"),
]
