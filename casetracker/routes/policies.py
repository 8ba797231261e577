"""Addresses of the policies of a department and of its payers."""

from django.urls import path

from casetracker.views import policies

HERE = "policies/<int:department_id>/"
PAYER = f"{HERE}payers/<int:payer_id>/"
PROPOSAL = f"{HERE}proposals/<int:setting_id>/"

POLICY_ROUTES = [
    path("policies/", policies.policies, name="policies"),
    path(HERE, policies.overview, name="policy-department"),
    path(f"{HERE}judged/", policies.judge, name="policy-judge"),
    path(f"{HERE}keys/<slug:key>/", policies.one, name="policy-key"),
    path(PAYER, policies.overview, name="policy-payer"),
    path(f"{PAYER}keys/<slug:key>/", policies.one, name="policy-payer-key"),
    path(PROPOSAL, policies.proposal, name="policy-proposal"),
    path(f"{PROPOSAL}approved/", policies.approve, name="policy-approve"),
    path(f"{PROPOSAL}withdrawn/", policies.withdraw, name="policy-withdraw"),
]
