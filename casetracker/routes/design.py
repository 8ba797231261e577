"""Address of the design gallery: only where DEBUG is on, so that a real site does not have it."""

from django.conf import settings
from django.urls import path

from casetracker.views import design

DESIGN_ROUTES = [path("design/", design.gallery, name="design-gallery")] if settings.DEBUG else []
