"""The pages of published billing files: loading, what a release would change, publishing; who may; queries."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker.models import AuditEvent
from casetracker.services import reference_judging
from checklists.models import ReferenceFile, ReferenceRelease
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.reference import files
from tests.reference.loading import LIMITS_2026Q4, load, own_shelf, publish, sent, small_tables  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_shelf", "small_tables")]
OVERVIEW, LOAD = "/coding-files/", "/coding-files/load/"


def page_of(release) -> str:
    return reverse("reference-release", args=[release.pk])


def chosen(*parts: tuple[str, bytes], **entries) -> dict:
    return {
        "files": [
            SimpleUploadedFile(name, content) for name, content in parts or [(LIMITS_2026Q4, files.limits())]
        ],
        "licence_held": "on",
        **entries,
    }


def text_of(response) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def test_until_something_is_published_the_rows_of_the_rule_book_judge(client, cora):
    client.force_login(cora)
    page = text_of(client.get(OVERVIEW))
    assert page.count("Edit facts of 2024-07 applied, the rows of the rule book") == 5
    assert "No release was loaded yet" in page


def test_the_codes_page_names_the_edit_facts_of_the_case(client, world, cora, ada):
    case = case_at("suggested", story=1, world=world)
    client.force_login(cora)
    address = reverse("case-codes", args=[case.pk])
    assert "edit facts of 2024-07 applied" in text_of(client.get(address))
    day = date.fromisoformat(case.evaluations.get(occasion="current").result["rulebook"]["edition_on"])
    publish(load(ada, sent("x.csv"), valid_from=day), cora)
    reference_judging.judge_waiting()
    told = f"edit facts of MUE practitioner {day.isoformat()}; the rest as of 2024-07 applied"
    assert told in text_of(client.get(address))


def test_files_are_sent_and_read(client, cora, django_capture_on_commit_callbacks):
    client.force_login(cora)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(LOAD, chosen())
    release = ReferenceRelease.objects.get()
    assert response.url == page_of(release)
    page = text_of(client.get(response.url))
    assert "Waits for publication" in page
    assert "You loaded this release, so another coder or administrator publishes it." in page
    assert "0 rows added, " in page


def test_two_files_of_one_table_are_chosen_at_once(client, cora):
    client.force_login(cora)
    parts = [(f"ccipra-v323r0-f{n}.txt", files.pairs([files.PAIR_ROWS[n]])) for n in (1, 2)]
    assert client.post(LOAD, chosen(*parts)).status_code == 302
    assert ReferenceFile.objects.filter(release=ReferenceRelease.objects.get()).count() == 2


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"licence_held": ""}, "Confirm the licences first."),
        ({"files": ""}, "Choose the files of one release."),
        ({"kind": "add_ons"}, "and add-on codes was chosen"),
        ({"valid_to": "2026-12-31"}, "Give the first day too."),
        ({"valid_from": "2026-10-01", "valid_to": "2026-09-01"}, "The last day lies before the first."),
        ({"valid_from": "soon"}, "is not a date"),
        ({"files_expected": "0"}, "greater than or equal to 1"),
    ],
)
def test_wrong_entries_are_told_beside_the_form_and_kept(client, cora, entries, told):
    client.force_login(cora)
    response = client.post(LOAD, chosen(files_expected="7") | entries)
    assert response.status_code == 422
    assert told in text_of(response)
    assert "Choose the files again" in text_of(response)
    assert not ReferenceRelease.objects.exists()
    if "files_expected" not in entries:
        assert 'value="7"' in response.content.decode()


def test_what_a_file_does_not_say_is_asked_on_its_page(client, cora):
    release = load(cora, sent("edits.txt", files.pairs()), files_expected=1)
    client.force_login(cora)
    assert "whether these pairs are for practitioners or for hospitals" in text_of(
        client.get(page_of(release))
    )
    address = reverse("reference-complete", args=[release.pk])
    wrong = client.post(address, {"kind": "pairs_hospital", "valid_from": "x", "files_expected": "1"})
    assert wrong.status_code == 422
    right = {
        "kind": "pairs_hospital",
        "valid_from": "2026-10-01",
        "valid_to": "2026-12-31",
        "files_expected": "1",
    }
    assert client.post(address, right).url == page_of(release)
    release.refresh_from_db()
    assert release.state == "ready"


def test_missing_parts_are_named(client, cora):
    release = load(cora, sent("ccipra-v323r0-f3.txt", files.pairs()))
    client.force_login(cora)
    assert "Parts 1, 2, 4 are still to be sent; the table has 4 files." in text_of(
        client.get(page_of(release))
    )


def test_a_refused_release_says_why(client, cora):
    release = load(cora, sent(content=files.limits(["61796,x,2 Edit,Own"])))
    client.force_login(cora)
    page = text_of(client.get(page_of(release)))
    assert "This release was refused" in page
    assert "the limit of 61796 is 'x'" in page


def test_a_reading_shows_how_far_it_is_and_reloads_without_script(client, cora):
    release = load(cora, read=False)
    ReferenceFile.objects.update(state="reading", beat_at=timezone.now(), size=200, bytes_done=50)
    client.force_login(cora)
    page = client.get(page_of(release)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert '<progress value="25" max="100"' in page
    part = client.get(reverse("reference-progress", args=[release.pk]))
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "HX-Refresh" not in part


def test_the_page_is_loaded_anew_when_the_reading_is_done(client, cora):
    release = load(cora)
    client.force_login(cora)
    part = client.get(reverse("reference-progress", args=[release.pk]))
    assert part["HX-Refresh"] == "true"
    assert "every 2s" not in part.content.decode()
    assert "http-equiv" not in client.get(page_of(release)).content.decode()


def test_watching_a_reading_keeps_no_session_alive(client, cora):
    release = load(cora)
    client.force_login(cora)
    client.get(OVERVIEW)
    session = client.session
    session["last_seen_at"] -= 300
    session.save()
    client.get(reverse("reference-progress", args=[release.pk]))
    assert client.session["last_seen_at"] == session["last_seen_at"]


def test_a_stopped_reading_is_said_and_goes_on(client, cora, django_capture_on_commit_callbacks):
    release = load(cora, read=False)
    ReferenceFile.objects.update(state="reading", loaded_at=timezone.now() - timedelta(minutes=5))
    client.force_login(cora)
    page = text_of(client.get(page_of(release)))
    assert "The reading stopped" in page
    assert "Go on" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reference-resume", args=[release.pk]))
    release.refresh_from_db()
    assert release.state == "ready"


def test_what_changes_and_which_open_cases_it_touches(client, world, cora, ada):
    case = case_at("suggested", story=2, world=world)
    case_at("suggested", story=1, world=world)
    day = date.fromisoformat(case.evaluations.get(occasion="current").result["rulebook"]["edition_on"])
    rows = ["61796,1,2 Date of Service Edit: Policy,Own", "61797,1,3 Date of Service Edit: Clinical,Own"]
    told = {"kind": "limits_practitioner", "valid_from": day.replace(day=1)}
    release = load(ada, sent("x.csv", files.limits(rows)), **told)
    client.force_login(cora)
    page = text_of(client.get(page_of(release)))
    assert "1 of 2 open cases of your departments would change." in page
    assert f"Case {case.number}" in page
    assert "4 a day, may be appealed 1 a day, may be appealed" in page
    assert AuditEvent.objects.filter(user=cora, action="reference.previewed").count() == 1
    client.force_login(ada)
    page = text_of(client.get(page_of(release)))
    assert (
        "1 of 2 open cases of your departments would change. Cases are not open to you; a coder sees them here (1)."
        in page
    )
    assert case.number not in page


def test_a_second_person_publishes(client, cora, ada):
    release = load(cora)
    address = reverse("reference-publish", args=[release.pk])
    client.force_login(cora)
    assert client.post(address, {"version": release.version}).status_code == 403
    client.force_login(ada)
    assert client.post(address, {"version": "0"}).status_code == 302
    release.refresh_from_db()
    assert release.state == "ready", "an older version was seen"
    client.post(address, {"version": release.version})
    release.refresh_from_db()
    assert (release.state, release.published_by) == ("published", ada)


def test_a_published_release_stands_in_force_and_in_the_history(client, cora, ada):
    today = timezone.localdate()
    release = publish(load(cora, sent("x.csv"), valid_from=today.replace(day=1)), ada)
    client.force_login(cora)
    page = text_of(client.get(OVERVIEW))
    assert page.count("Edit facts of 2024-07 applied") == 4
    assert page.count(release.name) >= 2
    assert "Cora Codes" in page
    assert "Ada Administers" in page


def test_a_table_whose_last_release_ended_warns(client, cora, ada):
    publish(load(cora, sent("x.csv"), valid_from=date(2024, 1, 1), valid_to=date(2024, 3, 31)), ada)
    client.force_login(cora)
    assert "The last release ended on Mar 31, 2024. Load the next one." in text_of(client.get(OVERVIEW))


def test_disagreements_of_a_fee_schedule_are_listed(client, cora):
    release = load(cora, sent("PPRRVU2026_Oct_nonQPP.csv", files.fees()))
    client.force_login(cora)
    page = text_of(client.get(page_of(release)))
    assert "77300 Professional and technical part PC/TC 1 PC/TC 3" in page
    assert "77300 Status status A status I" in page
    assert "77334 Prof" not in page


def test_taking_back(client, cora):
    release = load(cora)
    client.force_login(cora)
    assert (
        client.post(reverse("reference-withdraw", args=[release.pk]), {"version": release.version}).url
        == OVERVIEW
    )
    assert "Withdrawn" in text_of(client.get(OVERVIEW))


def test_taking_a_published_release_out_of_force(client, cora, ada):
    release = publish(load(cora), ada)
    client.force_login(cora)
    assert "What held before it holds again" in text_of(client.get(page_of(release)))
    step = reverse("reference-withdraw", args=[release.pk])
    told = client.post(step, {"version": release.version, "reason": ""}, follow=True)
    assert "Say what was wrong with this release." in text_of(told)
    client.post(step, {"version": release.version, "reason": "Wrong quarter."})
    page = text_of(client.get(page_of(release)))
    assert "Because Wrong quarter." in page
    assert "Take out of force" not in page


PAGES = ("reference-release", "reference-progress")
STEPS = ("reference-complete", "reference-publish", "reference-withdraw", "reference-resume")


def test_anonymous_signs_in(client, cora):
    release = load(cora)
    for address in (OVERVIEW, LOAD, *(reverse(name, args=[release.pk]) for name in (*PAGES, *STEPS))):
        assert client.get(address).url.startswith("/sign-in/")


@pytest.mark.parametrize("name", ["petra", "sam", "bea", "carl", "noor"])
def test_only_coders_and_administrators(client, world, cora, name):
    release = load(cora)
    client.force_login(world.people[name])
    for address in (OVERVIEW, LOAD, *(reverse(page, args=[release.pk]) for page in PAGES)):
        assert client.get(address).status_code == 403
    for step in STEPS:
        assert client.post(reverse(step, args=[release.pk])).status_code == 403


def test_a_coder_of_another_department_sees_releases_and_no_case_of_this_one(client, world, conrad, cora):
    case = case_at("suggested", story=2, world=world)
    release = load(cora, sent("x.csv"), valid_from=date(2024, 1, 1))
    client.force_login(conrad)
    page = text_of(client.get(page_of(release)))
    assert "0 of 0 open cases of your departments would change." in page
    assert case.number not in page


def test_the_first_page_says_what_waits_for_another_person(client, cora, ada, petra):
    load(cora)
    ReferenceRelease.objects.update(opened_by=None)
    told = []
    for person in (ada, cora, petra):
        client.force_login(person)
        told.append("coding files to publish" in text_of(client.get("/")))
    assert told == [True, False, False]


def test_what_does_not_exist(client, cora):
    client.force_login(cora)
    assert client.get("/coding-files/999/").status_code == 404


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_posted(client, cora, step):
    release = load(cora)
    client.force_login(cora)
    assert client.get(reverse(step, args=[release.pk])).status_code == 405


def test_reading_pages_take_no_posts(client, cora):
    release = load(cora)
    client.force_login(cora)
    for address in (OVERVIEW, *(reverse(name, args=[release.pk]) for name in PAGES)):
        assert client.post(address).status_code == 405


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_overview_asks_the_same_whatever_the_number_of_releases(client, cora):
    client.force_login(cora)
    client.get(OVERVIEW)
    load(cora)
    few = queries(client, OVERVIEW)
    for number in range(1, 6):
        load(cora, sent("x.csv", files.limits(files.LIMIT_ROWS[:2], bom=bool(number % 2))), **span(number))
    assert ReferenceRelease.objects.count() == 6
    assert queries(client, OVERVIEW) == few


def span(number: int) -> dict:
    ReferenceFile.objects.update(sha256="0" * 64)
    return {"valid_from": date(2025, number, 1), "valid_to": date(2025, number, 28)}


def test_a_release_asks_the_same_whatever_the_number_of_cases(client, world, cora):
    release = load(cora)
    client.force_login(cora)
    client.get(page_of(release))
    case_at("suggested", story=1, world=world)
    few = queries(client, page_of(release))
    for story in (2, 1, 2):
        case_at("suggested", story=story, world=world)
    assert queries(client, page_of(release)) == few
