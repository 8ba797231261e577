"""Addresses of the checklist and the documents of a case."""

from django.urls import path

from casetracker.views import checklist, document_lists, documents

CHECKLIST_ROUTES = [
    path("cases/<int:case_id>/checklist/", checklist.checklist, name="case-checklist"),
    path("cases/<int:case_id>/checklist/tick/", checklist.tick, name="case-checklist-tick"),
    path("cases/<int:case_id>/checklist/<int:item_id>/", checklist.item, name="case-item"),
    path("cases/<int:case_id>/checklist/<int:item_id>/tick/", checklist.tick_item, name="case-item-tick"),
    path("cases/<int:case_id>/checklist/<int:item_id>/untick/", checklist.untick, name="case-item-untick"),
    path(
        "cases/<int:case_id>/checklist/<int:item_id>/<slug:word>/", checklist.answer, name="case-item-answer"
    ),
    path("cases/<int:case_id>/documents/", documents.documents, name="case-documents"),
    path("cases/<int:case_id>/documents/add/", documents.add, name="case-document-add"),
    path("cases/<int:case_id>/documents/list/", document_lists.document_list, name="case-document-list"),
    path("cases/<int:case_id>/documents/<int:document_id>/", documents.change, name="case-document-change"),
    path(
        "cases/<int:case_id>/documents/<int:document_id>/file/",
        documents.attached_file,
        name="case-document-file",
    ),
    path(
        "cases/<int:case_id>/documents/<int:document_id>/remove/",
        documents.remove,
        name="case-document-remove",
    ),
]
