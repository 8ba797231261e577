"""Everything a person can do on the site, as a table: where, with what, who may, and the audit word it leaves.

`test_p03_roles.py` tries every act with every role, `test_p06_one_event_each.py` looks at what it leaves. Both fail
when a page has no act here, so a new page starts with its lines in this table.
"""

from casetracker.models import MachineCheck, Qualification
from tests.cast import PASSWORD
from tests.privacy.acts import (
    ADMIN,
    APPROVE,
    BILLING,
    CHART,
    COMPLIANCE,
    ENTER,
    EVERYBODY,
    HANDOFF,
    HERE,
    OWN,
    STAFF,
    SUPERVISOR,
    Act,
    complete,
    handoff_pages,
    north,
    of_proposal,
    on,
    policy_form,
    waiting_handoff,
)
from tests.privacy.call_acts import CALLS, token_for
from tests.privacy.case_acts import CASE_PAGES, EVIDENCE_PAGES, QUERY_PAGES, REVIEW_PAGES
from tests.privacy.reference_acts import REFERENCE_PAGES

WHY = "Written down in the chart."


def machine_check(scenes):
    """A check of the linac, as long as the act lasts."""
    return MachineCheck.objects.get_or_create(
        machine=scenes.world.machines["linac"], kind="annual", passed_at="2026-01-05T11:00Z"
    )[0]


def onco(scenes):
    return [north(scenes), scenes.world.clinicians["onco"].pk]


def qualification(scenes):
    """An entry of the oncologist, as long as the act lasts."""
    person = scenes.world.clinicians["onco"]
    return Qualification.objects.get_or_create(clinician=person, kind="license", valid_from="2024-01-01")[0]


QUALIFIED = {"kind": "license", "valid_from": "2024-01-01"}


ACCOUNT_PAGES = [
    Act("healthz", EVERYBODY),
    Act("sign_in", EVERYBODY),
    Act("sign_out", EVERYBODY, "sign_out.done", send=lambda s: {}),
    Act("password_change", EVERYBODY),
    Act(
        "password_change",
        EVERYBODY,
        "password.changed",
        send=lambda s: {
            "old_password": PASSWORD,
            "new_password1": "another long battery staple",
            "new_password2": "another long battery staple",
        },
    ),
    Act("kept_entries", STAFF, where=lambda s: [str(s.kept.token)]),
    Act("access-report", COMPLIANCE | OWN, "access.reported"),
]
RULE_BOOK = [
    Act("rulebook", EVERYBODY),
    Act("rulebook-code", EVERYBODY, where=lambda s: ["77372"]),
    Act("rulebook-rule", EVERYBODY, where=lambda s: ["DEL-02"]),
    Act("rulebook-documents", EVERYBODY),
    Act("rulebook-policies", EVERYBODY),
    Act("rulebook-conflicts", EVERYBODY),
    Act("rulebook-changes", EVERYBODY),
    Act("rulebook-unverified", EVERYBODY),
    Act("rulebook-try", EVERYBODY),
    Act("rulebook-try", EVERYBODY, send=lambda s: {"text": "schema: srs-case/1", "save": "document"}),
]
LISTS = [
    Act("home", EVERYBODY, "home.viewed"),
    Act("case-list", CHART | OWN, "cases.listed"),
    Act("case-list", CHART | OWN, send=lambda s: {"q": "Birch"}, note="search"),
    Act("queue", CHART | OWN, "queue.viewed"),
    Act("held-lines", CHART | OWN, "held.viewed"),
    Act("before-beam", CHART | OWN, "beam.viewed"),
    Act("my-items", CHART | OWN, "items.listed"),
    Act("ageing", COMPLIANCE | SUPERVISOR | OWN, "ageing.reported"),
    Act("second-looks", COMPLIANCE | SUPERVISOR | OWN, "second_look.listed"),
    Act("overpayments", COMPLIANCE | SUPERVISOR | OWN, "overpayments.listed"),
    Act("notices", CHART | OWN, "notices.listed"),
    Act("denied-items", COMPLIANCE | SUPERVISOR | OWN, "denied.reported"),
    Act("machines", CHART | OWN),
    Act("machine-checks", CHART, where=lambda s: [s.world.machines["linac"].pk]),
    Act(
        "machine-checks",
        ENTER,
        "machine.checked",
        where=lambda s: [s.world.machines["linac"].pk],
        send=lambda s: {"kind": "end_to_end", "passed_at": "2026-02-02 0640"},
    ),
    Act("machine-usual", SUPERVISOR | COMPLIANCE, where=lambda s: [s.world.machines["linac"].pk]),
    Act(
        "machine-usual",
        SUPERVISOR | COMPLIANCE,
        "machine.usual_set",
        where=lambda s: [s.world.machines["linac"].pk],
        send=lambda s: {"qa_device": "Array"},
    ),
    Act(
        "machine-check-remove",
        ENTER,
        "machine.check_removed",
        where=lambda s: [s.world.machines["linac"].pk, machine_check(s).pk],
        send=lambda s: {"reason": WHY},
    ),
    Act("queries", CHART | OWN, "queries.listed"),
    Act("handoff-list", HANDOFF | OWN, "handoffs.listed"),
    Act("template-list", ENTER | OWN),
    Act("template-new", ENTER | OWN),
    Act("template", ENTER, where=lambda s: [s.template.pk]),
    Act(
        "template",
        ENTER,
        "template.saved",
        where=lambda s: [s.template.pk],
        send=lambda s: {
            "machine": s.world.machines["linac"].pk,
            "name": "Renamed",
            "mlc_modulated": "no",
            "active": "on",
        },
    ),
    Act("case-start", ENTER | OWN),
    Act(
        "case-start",
        ENTER | OWN,
        "case.opened",
        send=lambda s: {
            "source": f"machine-{s.world.machines['linac'].pk}",
            "record_number": "MRN-NEW",
            "name": "New, Nell",
        },
    ),
    Act(
        "case-start-patient",
        ENTER | OWN,
        "patient.viewed",
        send=lambda s: {"record_number": s.fresh.patient.record_number},
    ),
]
HANDOFF_PAGES = [
    Act("packet-draft", CHART, "draft.viewed", **on(complete, lambda s: s.complete.packets.first().pk)),
    Act(
        "packet-draft-pdf",
        CHART,
        "draft.download.pdf",
        **on(complete, lambda s: s.complete.packets.first().pk),
    ),
    handoff_pages("handoff", leaves="handoff.viewed"),
    handoff_pages("handoff-file", "pdf", leaves="handoff.download.pdf", note="pdf"),
    handoff_pages("handoff-file", "csv", leaves="handoff.download.csv", note="csv"),
    handoff_pages("handoff-file", "json", leaves="handoff.download.json", note="json"),
    handoff_pages(
        "handoff-confirm",
        may=BILLING,
        leaves="handoff.received",
        send=lambda s: {"row_version": waiting_handoff(s).row_version, "claim_reference": "C-1"},
    ),
    handoff_pages(
        "handoff-send-back",
        may=BILLING,
        leaves="handoff.returned",
        send=lambda s: {"back-row_version": waiting_handoff(s).row_version, "back-reason": WHY},
    ),
]


def petra_of(scenes):
    return scenes.doors["staff"].pk


def medicare_of(scenes):
    return scenes.world.payers["medicare"].pk


def person_page(page, leaves="", send=None):
    return Act(page, ADMIN, leaves, where=lambda s: [north(s), petra_of(s)], send=send)


PEOPLE_PAGES = [
    Act("people", ADMIN | OWN),
    Act("people-department", ADMIN, where=lambda s: [north(s)]),
    Act("people-settings", ADMIN, where=lambda s: [north(s)]),
    Act(
        "people-settings",
        ADMIN,
        "department.saved",
        where=lambda s: [north(s)],
        send=lambda s: {
            "name": "North Hospital",
            "default_setting": "hospital_outpatient",
            "time_zone": "America/New_York",
            "review_days": "2",
            "query_days": "3",
            "lead_days": "5",
            "director_days": "10",
            "write_off_days": "30",
            "second_look_share": "5",
            "late_entry_days": "14",
        },
    ),
    Act("people-clocks", ADMIN, where=lambda s: [north(s)]),
    Act(
        "people-clocks",
        ADMIN,
        "department.saved",
        where=lambda s: [north(s)],
        send=lambda s: {"referred_days": "3", "referred_unit": "working"},
    ),
    Act("people-account-new", ADMIN, where=lambda s: [north(s)]),
    person_page("people-account"),
    person_page("people-account", "account.roles", lambda s: {"roles": ["staff", "coder"], "duties": []}),
    person_page("people-account-close", "account.closed", lambda s: {}),
    person_page(
        "people-account-password", "account.password", lambda s: {"first-password": "a first word of four"}
    ),
    Act("qualifications", ADMIN, where=onco),
    Act("qualifications", ADMIN, "qualification.saved", where=onco, send=lambda s: QUALIFIED),
    Act("qualification", ADMIN, where=lambda s: [*onco(s), qualification(s).pk]),
    Act(
        "qualification",
        ADMIN,
        "qualification.saved",
        where=lambda s: [*onco(s), qualification(s).pk],
        send=lambda s: QUALIFIED | {"valid_to": "2027-01-01"},
    ),
    Act(
        "qualification-remove",
        ADMIN,
        "qualification.removed",
        where=lambda s: [*onco(s), qualification(s).pk],
        send=lambda s: {},
    ),
    Act("people-tokens", ADMIN, where=lambda s: [north(s)]),
    Act("people-token-new", ADMIN, where=lambda s: [north(s)]),
    Act(
        "people-token-new",
        ADMIN,
        "token.made",
        where=lambda s: [north(s)],
        send=lambda s: {"name": "Planning export", "holder": petra_of(s), "last_day": ""},
    ),
    Act(
        "people-token-revoke",
        ADMIN,
        "token.revoked",
        where=lambda s: [north(s), token_for(s.doors["staff"], s.world.north)[0].pk],
        send=lambda s: {},
    ),
    Act("people-record-new", ADMIN, where=lambda s: [north(s), "machines"]),
    Act(
        "people-record-new",
        ADMIN,
        "machine.saved",
        where=lambda s: [north(s), "machines"],
        send=lambda s: {
            "name": "Linac 9",
            "modality": "linac",
            "setting": "hospital_outpatient",
            "presence_rule": "not_cobalt",
        },
    ),
    Act(
        "people-record",
        ADMIN,
        where=lambda s: [north(s), "machines", s.world.machines["linac"].pk],
    ),
]
POLICY_PAGES = [
    Act("policies", HERE | OWN),
    Act("policy-department", HERE, where=lambda s: [north(s)]),
    Act("policy-payer", HERE, where=lambda s: [north(s), medicare_of(s)]),
    Act("policy-key", HERE, where=lambda s: [north(s), "mask_code"]),
    Act("policy-payer-key", HERE, where=lambda s: [north(s), medicare_of(s), "mask_code"]),
    Act(
        "policy-key",
        COMPLIANCE,
        "policy.previewed",
        where=lambda s: [north(s), "mask_code"],
        send=policy_form(),
    ),
    Act(
        "policy-payer-key",
        COMPLIANCE,
        "policy.previewed",
        where=lambda s: [north(s), medicare_of(s), "mask_code"],
        send=policy_form("save"),
        note="not saved before it was looked at",
    ),
    Act("policy-proposal", HERE, "policy.previewed", where=of_proposal),
    Act("policy-approve", APPROVE, "policy.approved", where=of_proposal, send=lambda s: {}),
    Act("policy-withdraw", APPROVE, "policy.withdrawn", where=of_proposal, send=lambda s: {"reason": WHY}),
    Act("policy-judge", APPROVE, "policy.judged", where=lambda s: [north(s)], send=lambda s: {}),
]
ALL = [
    *ACCOUNT_PAGES,
    *RULE_BOOK,
    *LISTS,
    *CASE_PAGES,
    *EVIDENCE_PAGES,
    *QUERY_PAGES,
    *REVIEW_PAGES,
    *HANDOFF_PAGES,
    *PEOPLE_PAGES,
    *POLICY_PAGES,
    *REFERENCE_PAGES,
    *CALLS,
]
