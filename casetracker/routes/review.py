"""Addresses of the queue, of review and of queries. They carry ids of cases, packets and items, never a patient."""

from django.urls import path, register_converter

from casetracker.views import before_beam, denied, owed, queries, queue, review


class Step:
    """One of the steps of a packet that a person takes."""

    regex = "|".join(review.STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Step, "packet_step")

QUEUE_ROUTES = [
    path("queue/", queue.queue, name="queue"),
    path("queue/held/", queue.held, name="held-lines"),
    path("queue/not-applicable/", denied.denied, name="denied-items"),
    path("queue/mine/", owed.my_items, name="my-items"),
    path("queue/before-the-beam/", before_beam.before_beam, name="before-beam"),
]

REVIEW_ROUTES = [
    path("cases/<int:case_id>/review/", review.case_review, name="case-review"),
    path("cases/<int:case_id>/review/<int:packet_id>/", review.packet_review, name="packet-review"),
    path(
        "cases/<int:case_id>/review/<int:packet_id>/<packet_step:step>/",
        review.packet_step,
        name="packet-step",
    ),
    path("cases/<int:case_id>/review/<int:packet_id>/items/", review.items_accept, name="items-accept"),
    path(
        "cases/<int:case_id>/review/<int:packet_id>/items/<int:item_id>/accept/",
        review.item_accept,
        name="item-accept",
    ),
    path(
        "cases/<int:case_id>/review/<int:packet_id>/items/<int:item_id>/return/",
        review.item_return,
        name="item-return",
    ),
    path(
        "cases/<int:case_id>/items/<int:item_id>/answer-return/", review.answer_return, name="answer-return"
    ),
]

QUERY_ROUTES = [
    path("queries/", queries.query_list, name="queries"),
    path("queries/<int:query_id>/", queries.query, name="query"),
    path("queries/<int:query_id>/print/", queries.query_print, name="query-print"),
    path("queries/<int:query_id>/<str:act>/", queries.query_act, name="query-act"),
    path("cases/<int:case_id>/queries/new/", queries.query_new, name="query-new"),
]
