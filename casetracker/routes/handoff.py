"""Addresses of handoffs and drafts."""

from django.urls import path

from casetracker.views import handoff

HANDOFF_ROUTES = [
    path("handoffs/", handoff.handoff_list, name="handoff-list"),
    path("handoffs/<int:handoff_id>/", handoff.handoff, name="handoff"),
    path("handoffs/<int:handoff_id>/confirm/", handoff.handoff_confirm, name="handoff-confirm"),
    path("handoffs/<int:handoff_id>/return/", handoff.handoff_send_back, name="handoff-send-back"),
    path("handoffs/<int:handoff_id>/file.<slug:form>", handoff.handoff_file, name="handoff-file"),
    path("cases/<int:case_id>/packets/<int:packet_id>/draft/", handoff.packet_draft, name="packet-draft"),
    path(
        "cases/<int:case_id>/packets/<int:packet_id>/draft.pdf",
        handoff.packet_draft_pdf,
        name="packet-draft-pdf",
    ),
]
