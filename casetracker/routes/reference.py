"""Addresses of the published billing files."""

from django.urls import path

from casetracker.views import reference

REFERENCE_ROUTES = [
    path("coding-files/", reference.overview, name="reference"),
    path("coding-files/load/", reference.load, name="reference-load"),
    path("coding-files/<int:release_id>/", reference.release, name="reference-release"),
    path("coding-files/<int:release_id>/progress/", reference.progress, name="reference-progress"),
    path("coding-files/<int:release_id>/complete/", reference.complete, name="reference-complete"),
    path("coding-files/<int:release_id>/publish/", reference.publish, name="reference-publish"),
    path("coding-files/<int:release_id>/take-back/", reference.withdraw, name="reference-withdraw"),
    path("coding-files/<int:release_id>/go-on/", reference.resume, name="reference-resume"),
]
