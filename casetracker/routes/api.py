"""Addresses for programs: called with a token, answered with JSON."""

from django.urls import path

from casetracker.views import api

API_ROUTES = [
    path("api/v1/evaluate", api.evaluate, name="api-evaluate"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
]
