"""Address of the access report."""

from django.urls import path

from casetracker.views import access

ACCESS_ROUTES = [path("access/", access.access_report, name="access-report")]
