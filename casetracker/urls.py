"""Every address of the site, grouped by what it is about. The rule book's own pages are in `checklists.urls`.

Every page needs a sign-in unless its view says `login_not_required`; `tests/privacy` walks this table.
"""

from django.urls import include, path

from casetracker.routes.access import ACCESS_ROUTES
from casetracker.routes.api import API_ROUTES
from casetracker.routes.cases import CASE_ROUTES
from casetracker.routes.checklist import CHECKLIST_ROUTES
from casetracker.routes.coding import CODING_ROUTES
from casetracker.routes.design import DESIGN_ROUTES
from casetracker.routes.facility import FACILITY_ROUTES
from casetracker.routes.handoff import HANDOFF_ROUTES
from casetracker.routes.oversight import OVERSIGHT_ROUTES
from casetracker.routes.people import PEOPLE_ROUTES
from casetracker.routes.policies import POLICY_ROUTES
from casetracker.routes.reference import REFERENCE_ROUTES
from casetracker.routes.review import QUERY_ROUTES, QUEUE_ROUTES, REVIEW_ROUTES
from casetracker.views import accounts, health

handler400 = "casetracker.views.errors.bad_request"

account_urls = [
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", accounts.sign_out, name="sign_out"),
    path("account/password/", accounts.password_change, name="password_change"),
    path("account/kept/<str:token>/", accounts.kept_entries, name="kept_entries"),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    *account_urls,
    *ACCESS_ROUTES,
    *API_ROUTES,
    *CASE_ROUTES,
    *CHECKLIST_ROUTES,
    *CODING_ROUTES,
    *DESIGN_ROUTES,
    *FACILITY_ROUTES,
    *HANDOFF_ROUTES,
    *OVERSIGHT_ROUTES,
    *PEOPLE_ROUTES,
    *POLICY_ROUTES,
    *QUEUE_ROUTES,
    *REFERENCE_ROUTES,
    *REVIEW_ROUTES,
    *QUERY_ROUTES,
    path("rulebook/", include("checklists.urls")),
]
