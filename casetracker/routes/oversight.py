"""Addresses of what is seen to beside the review: notices to radiation safety, hand-overs. No patient data."""

from django.urls import path

from casetracker.views import ageing, hand_overs, notices, overpayments, second_looks

OVERSIGHT_ROUTES = [
    path("queue/ageing/", ageing.ageing, name="ageing"),
    path("queue/second-look/", second_looks.second_look_list, name="second-looks"),
    path(
        "cases/<int:case_id>/second-look/<int:packet_id>/", second_looks.second_look, name="case-second-look"
    ),
    path("queue/overpayments/", overpayments.overpayments, name="overpayments"),
    path("cases/<int:case_id>/overpayments/new/", overpayments.overpayment_new, name="case-overpayment-new"),
    path(
        "cases/<int:case_id>/overpayments/<int:overpayment_id>/",
        overpayments.overpayment,
        name="case-overpayment",
    ),
    path("notices/", notices.notice_list, name="notices"),
    path("cases/<int:case_id>/notices/new/", notices.notice_new, name="case-notice-new"),
    path("cases/<int:case_id>/notices/<int:notice_id>/", notices.notice, name="case-notice"),
    path("cases/<int:case_id>/handed-over/", hand_overs.send, name="case-handover-send"),
    path(
        "cases/<int:case_id>/handed-over/<int:hand_over_id>/accepted/",
        hand_overs.accept,
        name="case-handover-accept",
    ),
]
