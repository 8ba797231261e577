"""The site's addresses plus the design gallery, which a real site does not have."""

from django.urls import path

from casetracker.urls import urlpatterns as site
from casetracker.views import design

handler400 = "casetracker.views.errors.bad_request"
urlpatterns = [*[route for route in site if getattr(route, "name", None) != "design-gallery"]]
urlpatterns.append(path("design/", design.gallery, name="design-gallery"))
