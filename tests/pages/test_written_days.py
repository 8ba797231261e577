"""Pages write a day in one way, Mar 2, 2026; the PDF and what people type keep 2026-03-02."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from casetracker.models import Handoff
from casetracker.services import handoff as services
from casetracker.templatetags.ages import dated_text
from tests.cast import *  # noqa: F403
from tests.packets import approved, desk
from tests.pages.test_rule_book import PAGES

ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
BOOK = [*PAGES, "/rulebook/codes/77338/", "/rulebook/rules/PTP-01/", "/rulebook/rules/EFF-01/"]


def iso_days(answer) -> list[str]:
    """Days as a program writes them, in the text of the page; what stands in a field is typed and not counted."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    main = re.sub(r"<textarea.*?</textarea>", "", main, flags=re.DOTALL)
    return [found for part in re.findall(r">[^<]+<", main) for found in ISO_DAY.findall(part)]


@pytest.mark.django_db
@pytest.mark.parametrize("address", BOOK)
def test_the_rule_book_writes_days_as_every_page(client, noor, address):
    client.force_login(noor)
    assert iso_days(client.get(address)) == []


@pytest.mark.django_db
def test_links_of_the_rule_book_keep_the_day_as_it_is_typed(client, noor):
    client.force_login(noor)
    page = client.get("/rulebook/?on=2026-03-02").content.decode()
    assert 'What the rules say on <time datetime="2026-03-02">Mar 2, 2026</time>' in page
    assert '/rulebook/codes/77372/?on=2026-03-02"' in page
    assert 'value="2026-03-02"' in page


@pytest.mark.django_db
def test_the_summary_reads_like_a_page_and_prints_iso_days(client, world, bea, petra):
    made = desk(world)
    approved(made, world)
    services.draw_pending()
    summary = Handoff.objects.get()
    client.force_login(bea)
    shown = client.get(reverse("handoff", args=[summary.pk]))
    assert iso_days(shown) == []
    assert "Mar 2, 2026" in shown.content.decode()
    client.force_login(petra)
    address = reverse("packet-draft", args=[summary.packet.case_id, summary.packet_id])
    assert iso_days(client.get(address)) == []
    paper = render_to_string("handoff/pdf.html", {"document": shown.context["document"], "stamp": ""})
    assert "2026-03-02" in paper


def test_only_text_between_tags_is_written_anew():
    part = '<p title="2026-03-02"><a href="/?on=2026-03-02">On 2026-03-02 07:45 EST</a></p>'
    assert dated_text(part) == (
        '<p title="2026-03-02"><a href="/?on=2026-03-02">On Mar 2, 2026, 07:45 EST</a></p>'
    )
