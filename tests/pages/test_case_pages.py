"""The list of cases, the overview, the history, the course of care, the first page: what they show to whom."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from casetracker.case_input import CaseInput
from casetracker.models import AuditEvent, Case, Handoff, HandOver, Patient
from casetracker.selectors.queue import queue_page
from casetracker.selectors.queue_filters import QueueFilter
from casetracker.services.cases import open_case
from tests.factories import case_at

pytestmark = pytest.mark.django_db
BILLING_HOME = 9  # session, person, roles, departments of the frame; four counts, the list
CASE_PAGES = ("case", "case-history")


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def url(case, name="case"):
    return reverse(name, args=[case.pk])


def text(response):
    return " ".join(response.content.decode().split())


def test_the_overview_shows_facts_codes_what_is_missing_and_what_comes_next(client, case, petra):
    client.force_login(petra)
    shown = text(client.get(url(case)))
    for part in ("Key facts", "18 mm", "Dr. Olga Onco", "77372", "What is missing", "Latest changes", "Next"):
        assert part in shown


def test_each_role_is_told_its_own_next_thing(client, world, petra, cora, sam):
    case = case_at("suggested", world=world)
    for person, words in ((cora, "Decide"), (petra, "Add the missing documents"), (sam, "A coder decides")):
        client.force_login(person)
        assert words in text(client.get(url(case))), person
    ready = case_at("ready", story=3, world=world)
    client.force_login(sam)
    assert "Review the packets" in text(client.get(url(ready)))
    client.force_login(petra)
    assert "A supervisor looks at it next" in text(client.get(url(ready)))


def test_a_case_that_was_closed_needs_nothing(client, world, petra):
    case = case_at("closed", world=world)
    client.force_login(petra)
    assert "There is nothing left to do" in text(client.get(url(case)))


def test_clinical_dates_are_recorded_beside_an_approval(client, world, petra):
    case = case_at("approved", world=world)
    client.force_login(petra)
    answer = client.post(url(case, "case-progress"), {"follow_up_on": "6/1/26"}, follow=True)
    assert "The course of care is recorded." in text(answer)
    assert Case.objects.get().follow_up_on.isoformat() == "2026-06-01"


def test_a_wrong_clinical_date_is_told_and_kept(client, case, petra):
    client.force_login(petra)
    shown = text(client.post(url(case, "case-progress"), {"follow_up_on": "in June"}))
    assert "is not a date" in shown
    assert 'value="in June"' in shown


def test_a_case_is_held_with_a_reason_and_goes_on(client, case, petra):
    client.force_login(petra)
    assert "Say why" in text(client.post(url(case, "case-halt"), {"halt": "on_hold"}, follow=True))
    client.post(url(case, "case-halt"), {"halt": "on_hold", "reason": "Waits for surgery"})
    assert "Waits for surgery" in text(client.get(url(case)))
    client.post(url(case, "case-halt"), {"halt": "none"})
    assert Case.objects.get().halt == "none"


def test_the_history_tells_who_changed_what_in_words(client, case, petra):
    client.force_login(petra)
    shown = text(client.get(url(case, "case-history")))
    for part in ("Case opened", "Petra Prepares", "Suggested codes", "Fixation"):
        assert part in shown
    assert "fixation_type" not in shown


def test_the_overview_writes_the_filing_deadline_as_every_other_day(client, case, petra):
    Case.objects.filter(pk=case.pk).update(filing_deadline=date(2027, 12, 2))
    client.force_login(petra)
    shown = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Dec 2, 2027" in shown
    assert "Dec. 2" not in shown


def test_the_overview_calls_facts_and_dates_by_their_labels(client, case, petra):
    client.force_login(petra)
    assert (
        "Changed: Payer, Eligibility checked on, Coverage policy and"
        in client.get(url(case)).content.decode()
    )
    client.post(url(case, "case-progress"), {"follow_up_on": "2026-06-01"})
    shown = client.get(url(case)).content.decode()
    assert "Dates of care: Referred on" in shown
    assert "follow_up_on," not in shown
    assert "_on and" not in shown


def test_the_history_speaks_of_documents_lines_and_packets_in_words(client, world, petra):
    client.force_login(petra)
    page = client.get(url(case_at("returned", world=world), "case-history")).content.decode()
    shown = " ".join(strip_tags(page.partition("<main")[2].partition("</main")[0]).split())
    for part in ("77372, facility claim", "Release, 1 unit", "Radiation oncology consultation", "signed Feb"):
        assert part in shown
    for part in ("Ready for review In review", "Say who measured.", "Other"):
        assert part in shown
    assert not re.findall(
        r"[a-z]+_[a-z_]+|[{}]|(?:lesion|session|plan):[0-9a-f]{8}|(?<!MRI )\d{4}-\d\d-\d\d", shown
    )


@pytest.mark.parametrize("name", CASE_PAGES)
def test_every_view_of_a_case_leaves_exactly_one_trace(client, case, petra, name):
    client.force_login(petra)
    seen = AuditEvent.objects.filter(action="case.viewed")
    before = seen.count()
    client.get(url(case, name))
    assert seen.count() == before + 1
    assert seen.latest("id").user == petra


@pytest.mark.parametrize("name", CASE_PAGES)
def test_pages_ask_a_fixed_number_of_queries(client, world, petra, name):
    few, many = case_at("suggested", world=world), case_at("suggested", story=2, world=world)
    client.force_login(petra)
    client.get(url(few, name))
    with CaptureQueriesContext(connection) as small:
        client.get(url(few, name))
    with CaptureQueriesContext(connection) as large:
        client.get(url(many, name))
    assert len(large) == len(small)


@pytest.mark.parametrize("name", CASE_PAGES)
def test_anonymous_wrong_role_other_department_and_wrong_method(client, world, case, name):
    assert "sign-in" in client.get(url(case, name))["Location"]
    for person in ("bea", "ada", "noor", "stella"):
        client.force_login(world.people[person])
        assert client.get(url(case, name)).status_code == 404
    client.force_login(world.people["petra"])
    assert client.post(url(case, name)).status_code == 405


def test_compliance_reads_and_is_refused_with_the_reason(client, case, carl):
    client.force_login(carl)
    shown = client.get(url(case))
    assert shown.status_code == 200
    assert "Record these dates" not in shown.content.decode()
    answer = client.post(url(case, "case-progress"), {"follow_up_on": "2026-06-01"})
    assert answer.status_code == 403


def several(world, count):
    for number in range(count):
        open_case(
            by=world.people["petra"],
            department=world.north,
            patient={"record_number": f"R{number:03}", "name": f"Fam{number:03}, Ann"},
            data=CaseInput(case={"machine": world.machines["linac"]}),
        )


def test_the_list_finds_cases_by_number_record_number_and_name(client, world, petra):
    several(world, 3)
    client.force_login(petra)
    case = Case.objects.get(patient__record_number="R001")
    for asked in (case.number, "R001", "fam001"):
        answer = client.post(reverse("case-list"), {"q": asked}, follow=True)
        assert [row["id"] for row in answer.context["rows"]] == [case.pk]
        assert answer.redirect_chain == [("/cases/?search=on", 302)]
    assert "No case fits" in text(client.post(reverse("case-list"), {"q": "zzz"}, follow=True))
    assert len(client.get(reverse("case-list")).context["rows"]) == 3


def test_the_list_filters_by_modality_and_packet_state(client, world, petra):
    several(world, 2)
    ready = case_at("ready", world=world)
    client.force_login(petra)
    rows = client.get(reverse("case-list"), {"state": "ready"}).context["rows"]
    assert [row["id"] for row in rows] == [ready.pk]
    assert client.get(reverse("case-list"), {"modality": "proton"}).context["rows"] == []
    assert len(client.get(reverse("case-list"), {"modality": "nonsense", "after": "x"}).context["rows"]) == 3


def test_the_list_goes_on_in_pages_without_losing_or_repeating_a_case(client, world, petra):
    several(world, 45)
    client.force_login(petra)
    first = client.get(reverse("case-list")).context
    second = client.get(reverse("case-list") + first["older_url"]).context
    ids = [row["id"] for row in (*first["rows"], *second["rows"])]
    assert ids == list(Case.objects.order_by("-opened_at", "-id").values_list("id", flat=True))
    assert (len(first["rows"]), second["older_url"]) == (40, "")


def test_the_list_asks_the_same_queries_for_three_and_for_thirty_cases(client, world, petra):
    several(world, 3)
    client.force_login(petra)
    client.get(reverse("case-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("case-list"))
    _more(world)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("case-list"))
    assert len(many) == len(few)


def _more(world):
    for number in range(27):
        open_case(
            by=world.people["petra"],
            department=world.north,
            patient={"record_number": f"S{number:03}", "name": f"More{number:03}, Ann"},
            data=CaseInput(),
        )


def test_the_list_never_shows_another_department(client, world, stella, petra):
    several(world, 2)
    client.force_login(stella)
    shown = text(client.get(reverse("case-list"), {"q": "R00"}))
    assert "Fam000" not in shown
    assert Patient.objects.first().name not in shown


@pytest.mark.parametrize("name", ["bea", "ada", "noor"])
def test_the_list_is_refused_to_other_roles(client, world, name):
    client.force_login(world.people[name])
    assert client.get(reverse("case-list")).status_code == 403


def test_the_list_asks_for_sign_in_and_only_reads(client, world, petra):
    assert "sign-in" in client.get(reverse("case-list"))["Location"]
    client.force_login(petra)
    assert client.put(reverse("case-list")).status_code == 405


def test_the_first_page_counts_what_the_queue_lists(client, world, petra, sam):
    case_at("ready", world=world)
    case_at("suggested", story=2, world=world)
    for person, title in ((petra, "To complete, oldest case first"), (sam, "For review, oldest case first")):
        client.force_login(person)
        answer = client.get("/")
        tiles = {tile["label"]: tile["value"] for tile in answer.context["figures"]}
        assert (tiles["ready for review"], tiles["collecting documents"]) == (1, 1)
        assert title in text(answer)
        counts = queue_page(person, QueueFilter(view="all")).counts["state"]
        assert (counts["ready"], counts["collecting"]) == (1, 1)


def test_the_first_page_says_what_each_role_can_do(client, world, bea, noor, ada):
    client.force_login(bea)
    assert "handoffs to receive" in text(client.get("/"))
    client.force_login(noor)
    assert "You have no role in any department yet" in text(client.get("/"))
    client.force_login(ada)
    assert "No cases for your role" in text(client.get("/"))


@pytest.mark.parametrize("handoffs", [1, 3])
def test_the_first_page_tells_billing_what_waits_in_a_fixed_number_of_queries(
    client, world, bea, handoffs, django_assert_num_queries
):
    cases = [case_at("handed_off", story=2, world=world) for _ in range(handoffs)]
    client.force_login(bea)
    waiting = Handoff.objects.filter(state="ready").order_by("approved_at", "id")
    client.get("/")
    with django_assert_num_queries(BILLING_HOME):
        answer = client.get("/")
    tiles = {tile["label"]: tile["value"] for tile in answer.context["figures"]}
    assert tiles["handoffs to receive"] == waiting.count()
    assert (tiles["returned by billing"], tiles["questions to clinicians open"]) == (0, 0)
    shown = text(answer)
    assert cases[0].number in shown
    assert cases[0].patient.name not in shown
    assert [row["id"] for row in answer.context["to_receive"]] == [row.pk for row in waiting[:6]]


def test_a_cancelled_case_owes_nothing_in_the_list(client, world, petra):
    case = case_at("suggested", world=world)
    client.force_login(petra)
    assert "nothing is owed" not in text(client.get(reverse("case-list")))
    Case.objects.filter(pk=case.pk).update(halt="cancelled")
    assert "nothing is owed" in text(client.get(reverse("case-list")))


def test_the_first_page_asks_for_sign_in_and_only_reads(client, world, petra):
    assert "sign-in" in client.get("/")["Location"]
    client.force_login(petra)
    assert client.post("/").status_code == 405


def test_birth_date_and_sex_are_added_when_they_are_known(client, petra):
    case = case_at("suggested", story=1)
    Patient.objects.filter(pk=case.patient_id).update(birth_date=None, sex="")
    client.force_login(petra)
    client.post(f"/cases/{case.pk}/progress/", {"birth_date": "5/4/63", "sex": "F"})
    patient = Patient.objects.get(pk=case.patient_id)
    assert (patient.birth_date, patient.sex) == (date(1963, 5, 4), "F")
    latest = case.revisions.order_by("-version").first()
    assert latest.difference["patient.sex"][1] == "F"


def test_dates_of_care_without_identity_leave_the_patient_alone(client, petra):
    case = case_at("suggested", story=1)
    before = Patient.objects.values("birth_date", "sex").get(pk=case.patient_id)
    client.force_login(petra)
    client.post(f"/cases/{case.pk}/progress/", {"follow_up_on": "2026-05-04"})
    assert Patient.objects.values("birth_date", "sex").get(pk=case.patient_id) == before


def test_nothing_is_chosen_in_advance_to_hand_over(client, case, petra):
    client.force_login(petra)
    shown = text(client.get(url(case)))
    form = shown[shown.index('id="id_hand_over"') :].partition("</select>")[0]
    assert form.partition("<option")[2].startswith(' value="">Choose what</option>')
    assert "required" in form.partition(">")[0]
    sent = client.post(url(case, "case-handover-send"), {"kind": "", "note": "Typed."}, follow=True)
    assert "Choose what is handed over from the list." in text(sent)
    assert not HandOver.objects.filter(note="Typed.").exists()
