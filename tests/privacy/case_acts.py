"""What can be done with a case: facts, codes, evidence, queries, review. The whole table is in `act_tables.py`."""

from datetime import timedelta

from django.utils import timezone

from casetracker.models import HandOver, Overpayment, SafetyNotice
from casetracker.working_days import local_day
from tests.attached import sent
from tests.privacy.acts import (
    CHART,
    CODER,
    COMPLIANCE,
    ENTER,
    SUBMIT,
    SUPERVISOR,
    Act,
    approval,
    at,
    by_system,
    complete,
    decided_line,
    facts_form,
    fresh,
    item_of,
    its_document,
    on,
    packet_of,
    proved,
    seen,
    step,
    still_open,
    suggested_keys,
    word,
)
from tests.privacy.scenes import block_of

LATER = (timezone.localdate() + timedelta(days=14)).isoformat()
LISTED = "consult_radiation_oncology\tConsultation\t\t2026-02-12\t2026-02-12 10:00\tFolder 7"
WHY = "Written down in the chart."


def doc(scenes):
    return its_document(scenes).pk


def doc_with_file(scenes):
    """A document of the complete case, with a file for as long as the act lasts."""
    document = its_document(scenes)
    document.attachment.save("scan.pdf", sent())
    return document.pk


def document_entry(scenes):
    return {"kind": "consult_radiation_oncology", "title": "Consultation", "signed_at": "2026-02-12 10:00"}


def first_session(scenes):
    return scenes.fresh.sessions.filter(removed_at=None).order_by("number").first().number


def day_entry(scenes):
    session = scenes.fresh.sessions.filter(removed_at=None).order_by("number").first()
    return {
        "facts_version": str(type(scenes.fresh).objects.get(pk=scenes.fresh.pk).facts_version),
        "date": session.date.isoformat(),
        "status": session.status,
        "imaging": "0640",
    }


def notice_on(state="raised"):
    """A notice on the complete case in a state, as long as the act lasts."""

    def made(scenes):
        case, petra = scenes.complete, scenes.world.people["petra"]
        known = {"acknowledged_by": petra, "acknowledged_at": timezone.now()} if state != "raised" else {}
        told = {"raised_by": petra, "raised_at": timezone.now(), "because": WHY, **known}
        return SafetyNotice.objects.get_or_create(case=case, source=state, kind="directive", defaults=told)[
            0
        ].pk

    return made


def handed_over(scenes):
    """Something handed to whoever enters cases, as long as the act lasts."""
    petra = scenes.world.people["petra"]
    told = {"sent_by": petra, "sent_at": timezone.now(), "from_role": "therapist", "to_role": "neurosurgeon"}
    made = HandOver.objects.get_or_create(
        case=scenes.complete, kind="session_over", source="as long as the act lasts", defaults=told
    )
    return made[0].pk


def overpaid(scenes):
    """A suspicion on a case that is with billing, as long as the act lasts."""
    petra, today = scenes.world.people["petra"], local_day(timezone.now(), scenes.world.north)
    told = {"raised_by": petra, "raised_at": timezone.now(), "identified_on": today, "because": WHY}
    return Overpayment.objects.get_or_create(case=scenes.sent, codes="77470", defaults=told)[0].pk


def handed_off(scenes):
    return scenes.sent.packets.order_by("stream").first().pk


NOTICE_PAGES = [
    Act("case-second-look", COMPLIANCE | SUPERVISOR, "case.viewed", **on(at("sent"), handed_off)),
    Act(
        "case-second-look",
        COMPLIANCE,  # the supervisor of these scenes approved it
        "second_look.recorded",
        send=lambda s: {"outcome": "error", "text": WHY},
        **on(at("sent"), handed_off),
    ),
    Act("case-overpayment-new", CHART, "case.viewed", **on(at("sent"))),
    Act(
        "case-overpayment-new",
        COMPLIANCE | SUPERVISOR,
        "overpayment.raised",
        send=lambda s: {"identified_on": "2026-03-20", "because": WHY},
        **on(at("sent")),
    ),
    Act("case-overpayment", CHART, "case.viewed", **on(at("sent"), overpaid)),
    Act(
        "case-overpayment",
        COMPLIANCE,
        "overpayment.suspended",
        send=lambda s: {"step": "suspend", "because": WHY},
        **on(at("sent"), overpaid),
    ),
    Act(
        "case-overpayment",
        COMPLIANCE,
        "overpayment.settled",
        note="settle",
        send=lambda s: {"step": "settle", "outcome": "none", "note": WHY},
        **on(at("sent"), overpaid),
    ),
    Act("case-handover-send", ENTER, "handover.sent", send=lambda s: {"kind": "technique"}, **on(complete)),
    Act("case-handover-accept", ENTER, "handover.accepted", send=lambda s: {}, **on(complete, handed_over)),
    Act("case-notice-new", CHART, "case.viewed", **on(complete)),
    Act("case-notice-new", CHART, "notice.raised", send=lambda s: {"because": WHY}, **on(complete)),
    Act("case-notice", CHART, "case.viewed", **on(complete, notice_on())),
    Act(
        "case-notice",
        COMPLIANCE | SUPERVISOR,
        "notice.acknowledged",
        send=lambda s: {"step": "acknowledge"},
        **on(complete, notice_on()),
    ),
    Act(
        "case-notice",
        COMPLIANCE | SUPERVISOR,
        "notice.settled",
        note="settle",
        send=lambda s: {"step": "settle", "note": WHY},
        **on(complete, notice_on("acknowledged")),
    ),
]
CASE_PAGES = [
    *NOTICE_PAGES,
    Act("case", CHART, "case.viewed", **on(fresh)),
    Act("case-history", CHART, "case.viewed", **on(fresh)),
    Act("case-facts", CHART, "case.viewed", **on(fresh)),
    Act("case-facts", ENTER, "case.saved", send=lambda s: facts_form(s, kps="70"), **on(fresh)),
    Act("treatment-day", CHART, "case.viewed", **on(fresh, first_session)),
    Act("treatment-day", ENTER, "case.saved", send=day_entry, **on(fresh, first_session)),
    Act("case-panel", ENTER, send=lambda s: facts_form(s, kps="70"), **on(fresh)),
    Act("case-changed", CHART, **on(fresh)),
    Act("case-resolve", ENTER, "case.saved", send=lambda s: facts_form(s, kps="60"), **on(fresh)),
    Act("case-progress", ENTER, "case.progress", send=lambda s: {"follow_up_on": "2026-04-13"}, **on(fresh)),
    Act("case-halt", ENTER, "case.halted", send=lambda s: {"halt": "on_hold", "reason": WHY}, **on(fresh)),
    Act("case-codes", CHART, "codes.viewed", **on(fresh)),
    Act(
        "case-codes-accept",
        CODER,
        "lines.accepted",
        send=lambda s: {"key": suggested_keys(s)[:1], "reason": WHY},
        **on(fresh),
    ),
    Act(
        "case-line",
        CHART,
        "case.viewed",
        note="decline",
        ask=lambda s: {"key": decided_line(s).key},
        **on(complete, word("decline")),
    ),
    Act(
        "case-line",
        CODER,
        "line.declined",
        note="decline",
        send=lambda s: {"key": decided_line(s).key, "version": decided_line(s).version, "reason": WHY},
        **on(complete, word("decline")),
    ),
    Act(
        "case-line",
        CODER,
        "line.held",
        note="hold",
        send=lambda s: {
            "key": decided_line(s).key,
            "version": decided_line(s).version,
            "reason": WHY,
            "owner": "coder",
            "until": LATER,
        },
        **on(complete, word("hold")),
    ),
    Act("case-line-add", CHART, "case.viewed", **on(fresh)),
    Act(
        "case-line-add",
        CODER,
        "line.added",
        send=lambda s: {
            "code": "77370",
            "stream": "facility",
            "units": "1",
            "date": "2026-03-02",
            "reason": WHY,
        },
        **on(complete),
    ),
    Act("case-conflict-lift", CHART, "case.viewed", **on(at("disputed"), lambda s: block_of(s.disputed))),
    Act(
        "case-conflict-lift",
        COMPLIANCE,
        "conflict.lifted",
        send=lambda s: {"reason": WHY},
        **on(at("disputed"), lambda s: block_of(s.disputed)),
    ),
    Act(
        "case-conflict-restore", CHART, "case.viewed", **on(at("settled"), lambda s: s.settled.lifts.get().pk)
    ),
    Act(
        "case-conflict-restore",
        COMPLIANCE,
        "conflict.restored",
        send=lambda s: {"reason": WHY},
        **on(at("settled"), lambda s: s.settled.lifts.get().pk),
    ),
]
EVIDENCE_PAGES = [
    Act("case-checklist", CHART, "checklist.viewed", **on(fresh)),
    Act("case-item", CHART, "case.viewed", **on(fresh, lambda s: still_open(s).pk)),
    Act(
        "case-checklist-tick",
        ENTER,
        "document.linked",
        send=lambda s: {"items": [proved(s).pk], "document": s.complete.documents.order_by("-id").first().pk},
        **on(complete),
    ),
    Act(
        "case-item-tick",
        ENTER,
        "document.linked",
        send=lambda s: {"document": s.complete.documents.order_by("-id").first().pk},
        **on(complete, lambda s: proved(s).pk),
    ),
    Act(
        "case-item-untick",
        ENTER,
        "document.unlinked",
        send=lambda s: {"document": doc(s)},
        **on(complete, lambda s: proved(s).pk),
    ),
    Act(
        "case-item-answer",
        ENTER,
        "item.challenged",
        note="challenge",
        send=seen(by_system, words=WHY),
        **on(fresh, lambda s: by_system(s).pk, word("challenge")),
    ),
    Act(
        "case-item-answer",
        SUPERVISOR,
        "item.cannot_be_met",
        note="cannot be met",
        send=seen(still_open, words=WHY),
        **on(fresh, lambda s: still_open(s).pk, word("cannot-be-met")),
    ),
    Act("case-documents", CHART, "documents.viewed", **on(complete)),
    Act("case-document-add", ENTER, "case.viewed", **on(fresh)),
    Act("case-document-add", ENTER, "document.added", send=document_entry, **on(fresh)),
    Act("case-document-list", ENTER, "case.viewed", **on(fresh)),
    Act(
        "case-document-list",
        ENTER,
        "document.listed",
        send=lambda s: {"text": f"{LISTED}\n{LISTED} again", "do": "store"},
        **on(fresh),
    ),
    Act("case-document-change", CHART, "case.viewed", **on(complete, doc)),
    Act(
        "case-document-change",
        ENTER,
        "document.changed",
        send=lambda s: document_entry(s) | {"version": its_document(s).version},
        **on(complete, doc),
    ),
    Act("case-document-file", CHART, "document.downloaded", **on(complete, doc_with_file)),
    Act("case-document-remove", ENTER, "case.viewed", **on(complete, doc)),
    Act(
        "case-document-remove",
        ENTER,
        "document.removed",
        send=lambda s: {"words": WHY, "version": its_document(s).version},
        **on(complete, doc),
    ),
]
QUERY_PAGES = [
    Act("query", CHART, "query.viewed", where=lambda s: [s.query.pk], about=fresh),
    Act("query-print", CHART, "query.printed", where=lambda s: [s.query.pk], about=fresh),
    Act(
        "query-act",
        ENTER,
        "query.answered",
        where=lambda s: [s.query.pk, "answer"],
        about=fresh,
        send=lambda s: {"answer-version": s.query.version, "answer-answer": "The images of February 20."},
    ),
    Act("query-new", ENTER, "case.viewed", **on(fresh)),
    Act(
        "query-new",
        ENTER,
        "query.asked",
        send=lambda s: {
            "clinician": s.world.clinicians["onco"].pk,
            "facts": "A note.",
            "question": "Which images were measured?",
        },
        **on(fresh),
    ),
]
REVIEW_PAGES = [
    Act("case-review", CHART, "review.viewed", **on(at("judged"))),
    Act("packet-review", CHART, "review.viewed", **on(at("judged"), packet_of("judged"))),
    step("judged", "submit", SUBMIT, "packet.submitted", lambda s: {}, "surgeon_professional"),
    step("waiting", "withdraw", SUBMIT, "packet.withdrawn", lambda s: {}),
    step("waiting", "take", SUPERVISOR, "packet.taken", lambda s: {}),
    step("decided", "return", SUPERVISOR, "packet.returned", lambda s: {"return-text": WHY}),
    step("decided", "approve", SUPERVISOR, "packet.approved", approval),
    step("frozen", "reopen", SUPERVISOR, "packet.reopened", lambda s: {"reopen-reason": WHY}),
    step(
        "part_sent",
        "supplement",
        CODER,
        "packet.supplemented",
        lambda s: {"supplement-lines": ["77295/facility/course"], "supplement-note": WHY},
    ),
    Act(
        "items-accept",
        SUPERVISOR,
        "review.accepted",
        send=lambda s: {
            "seen": f"{s.judged.item('plan-approval').pk}:{s.judged.item('plan-approval').version}"
        },
        **on(at("judged"), packet_of("judged")),
    ),
    Act(
        "item-accept",
        SUPERVISOR,
        "review.accepted",
        send=seen(lambda s: s.judged.item("plan-approval")),
        **on(at("judged"), packet_of("judged"), item_of("judged", "plan-approval")),
    ),
    Act(
        "item-return",
        SUPERVISOR,
        "review.returned",
        send=seen(lambda s: s.judged.item("plan-approval"), reason="other", text="Sign it today."),
        **on(at("judged"), packet_of("judged"), item_of("judged", "plan-approval")),
    ),
    Act(
        "answer-return",
        ENTER,
        "item.return_answered",
        send=seen(lambda s: s.returned.item("plan-approval"), text="Signed now."),
        **on(at("returned"), item_of("returned", "plan-approval")),
    ),
]
