"""Two people save the same case: what both said of a row, a plan or the patient is shown in words, none is lost."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import case_at
from tests.pages.sent_form import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    made = case_at("suggested", 2, world)
    made.lesions.filter(label__in=("L3", "L4", "L5", "L6", "L7")).update(removed_at=datetime.now(UTC))
    for rows in (made.targets, made.organs, made.images, made.directives):
        rows.all().delete()
    lesions = {lesion.label: lesion for lesion in made.lesions.filter(removed_at=None)}
    made.targets.create(lesion=lesions["L1"], margin_mm=1, approved_by=world.clinicians["onco"])
    made.targets.create(lesion=lesions["L2"], margin_mm=1)
    made.images.create(kind="mri", slice_mm=1)
    made.organs.create(name="Chiasm", limit_gy=8)
    made.directives.create(version=1, total_gy=20)
    return made


def url(case, name="case-facts"):
    return reverse(name, args=[case.pk])


def form_of(client, case):
    return sent(client.get(url(case)))


def clash(client, case, people, mine, theirs):
    """The page that petra gets when cora saved first."""
    client.force_login(people["petra"])
    typed = form_of(client, case) | mine
    other = Client()
    other.force_login(people["cora"])
    answer = other.post(url(case), {**form_of(other, case), **theirs, "do": "save"})
    assert answer.status_code == 302
    return client.post(url(case), {**typed, "do": "save"})


def rows(answer):
    """Label -> (before, theirs, yours) of the page's table."""
    assert answer.status_code == 409
    found = {}
    for row in re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", answer.content.decode(), re.S):
        head, *cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        label, _, before = head.partition("<span")
        texts = [
            unescape(" ".join(re.sub(r"<[^>]*>", " ", cell).split())) for cell in (f"<span{before}", *cells)
        ]
        found[unescape(label)] = tuple(texts)
    return found


def resolve(client, case, answer, pick):
    """Send the page back with the same choice for every clash."""
    html = answer.content.decode().replace(f'action="{url(case, "case-resolve")}"', 'id="both"')
    page = type("Page", (), {"content": html.encode()})
    picks = dict.fromkeys(re.findall(r'name="(pick-[^"]*)"', html), pick)
    return client.post(url(case, "case-resolve"), {**sent(page, "both"), **picks})


def test_a_clash_in_a_planning_row_names_the_row_and_both_values_with_their_unit(client, case, world):
    frame = world.clinicians["frame"]
    mine = {
        "targets-1-margin_mm": "2",
        "targets-0-approved_by": "",
        "organs-0-limit_gy": "9",
        "directives-0-total_gy": "21",
        "images-0-slice_mm": "0.8",
    }
    theirs = {
        "targets-1-margin_mm": "3",
        "targets-0-approved_by": str(frame.pk),
        "organs-0-limit_gy": "10",
        "directives-0-total_gy": "22",
        "images-0-slice_mm": "0.5",
    }
    answer = clash(client, case, world.people, mine, theirs)
    shown = rows(answer)
    assert shown["Target of L2: Margin"] == ("before: 1 mm", "3 mm", "2 mm")
    onco = world.clinicians["onco"]
    assert shown["Target of L1: Approved by"] == (f"before: {onco}", str(frame), "not recorded")
    assert shown["Critical structure Chiasm: Limit"] == ("before: 8 Gy", "10 Gy", "9 Gy")
    assert shown["Written directive version 1: Total dose"] == ("before: 20 Gy", "22 Gy", "21 Gy")
    assert shown["Image set MRI: Slice thickness"] == ("before: 1 mm", "0.5 mm", "0.8 mm")
    assert resolve(client, case, answer, "yours").status_code == 302
    live = case.targets.filter(removed_at=None).order_by("pk")
    assert [(t.margin_mm, t.approved_by) for t in live] == [(1, None), (2, None)]
    assert case.directives.get(removed_at=None).total_gy == 21


def test_a_clash_in_what_the_record_says_of_the_patient_shows_words_and_keeps_the_rest(client, case, world):
    mine = {"extracranial_status": "progressing", "kps": "70", "contrast_agent": "Gadobutrol 8 ml"}
    theirs = {"extracranial_status": "none", "kps": "80", "systemic_therapy": "continued"}
    answer = clash(client, case, world.people, mine, theirs)
    shown = rows(answer)
    (status,) = [told for label, told in shown.items() if told[1] == "None" or told[2] == "Progressing"]
    assert status[2] == "Progressing"
    assert "progressing" not in answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    (score,) = [told for label, told in shown.items() if "Karnofsky" in label]
    assert score[1:] == ("80", "70")
    assert resolve(client, case, answer, "theirs").status_code == 302
    case.refresh_from_db()
    assert (case.extracranial_status, case.kps) == ("none", 80)
    assert (case.systemic_therapy, case.contrast_agent) == ("continued", "Gadobutrol 8 ml")


def test_a_clash_in_a_check_of_a_plan_names_the_plan_the_people_and_the_limit(client, case, world):
    phil, onco = world.clinicians["phil"], world.clinicians["onco"]
    case.plans.update(second_check_by=onco, second_check_pct=1)
    mine = {"plans-0-second_check_by": str(phil.pk), "plans-0-second_check_pct": "2"}
    theirs = {"plans-0-second_check_by": "", "plans-0-second_check_pct": "1.5"}
    shown = rows(clash(client, case, world.people, mine, theirs))
    plan = case.plans.get(removed_at=None).label
    people = next(
        told for label, told in shown.items() if label.startswith(f"Plan {plan}") and str(phil) in told
    )
    assert people == (f"before: {onco}", "not recorded", str(phil))
    assert ("before: 1 %", "1.5 %", "2 %") in shown.values()


def test_a_clash_in_the_record_of_a_session_shows_clock_times_and_words(client, case, world):
    case.sessions.update(image_kind="cone_beam", shift_mm=1)
    mine = {"sessions-0-image_kind": "orthogonal", "sessions-0-shift_mm": "2", "sessions-0-timeout": "07:41"}
    theirs = {"sessions-0-image_kind": "surface", "sessions-0-shift_mm": "3", "sessions-0-timeout": "07:42"}
    shown = rows(clash(client, case, world.people, mine, theirs))
    assert shown["Session 1: Images"] == ("before: Cone-beam CT", "Surface imaging", "Orthogonal X-rays")
    assert shown["Session 1: Shift"] == ("before: 1 mm", "3 mm", "2 mm")
    timeout = shown["Session 1: Time-out"]
    assert [part.split()[-1] for part in timeout[1:]] == ["07:42", "07:41"]


def test_a_row_that_one_removed_and_the_other_changed_is_asked_and_comes_back_when_kept(client, case, world):
    mine, theirs = {"targets-1-DELETE": "on"}, {"targets-1-margin_mm": "3"}
    answer = clash(client, case, world.people, mine, theirs)
    assert rows(answer)["Target of L2"][1:] == ("kept", "removed")
    assert resolve(client, case, answer, "theirs").status_code == 302
    assert {target.margin_mm for target in case.targets.filter(removed_at=None)} == {1, 3}


def test_a_row_that_the_other_person_added_or_removed_is_named(client, case, world):
    added = {"organs-TOTAL_FORMS": "2", "organs-1-name": "Cochlea", "organs-1-limit_gy": "4"}
    answer = clash(client, case, world.people, {"kps": "60"}, {**added, "targets-1-DELETE": "on"})
    shown = rows(answer)
    assert shown["Critical structure Cochlea"][1] == "added"
    assert shown["Target of L2"][1:] == ("removed", "kept")
    resolve(client, case, answer, "yours")
    assert case.organs.filter(removed_at=None).count() == 2
    assert case.targets.filter(removed_at=None).count() == 1
