"""P-12: leaving or changed staff lose access at once; what they signed still shows their name."""

import pytest
from django.urls import reverse

from casetracker.models import Handoff, Membership
from casetracker.services.people import close_account, set_roles
from tests.privacy.scenes import acting, scenes  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = "/account/password/"


def test_the_next_request_of_a_deactivated_person_is_refused(client, petra):
    client.force_login(petra)
    assert client.get(PAGE).status_code == 200
    petra.is_active = False
    petra.save()
    assert client.get(PAGE).status_code == 302
    assert client.post("/sign-in/", {"username": "petra", "password": "whatever"}).status_code == 200


def test_closing_an_account_ends_its_session(scenes):  # noqa: F811
    petra, ada, north = scenes.doors["staff"], scenes.doors["administrator"], scenes.world.north
    address = reverse("case", args=[scenes.fresh.pk])
    with acting(petra) as client:
        assert client.get(address).status_code == 200
        close_account(user=petra, by=ada, department=north)
        answer = client.get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")
    petra.refresh_from_db()


def test_a_changed_role_counts_from_the_next_request(scenes):  # noqa: F811
    petra, ada, north = scenes.doors["staff"], scenes.doors["administrator"], scenes.world.north
    address = reverse("case", args=[scenes.fresh.pk])
    with acting(petra) as client:
        assert client.get(address).status_code == 200
        set_roles(user=petra, by=ada, department=north, roles=["billing"], duties=[])
        assert client.get(address).status_code == 404
        assert client.get(reverse("handoff-list")).status_code == 200
        assert Membership.objects.filter(user=petra, role="staff", active=False).exists()


def test_past_signatures_still_show_the_name(scenes):  # noqa: F811
    sam, ada, north = scenes.doors["supervisor"], scenes.doors["administrator"], scenes.world.north
    handoff = Handoff.objects.filter(packet__case=scenes.sent).first()
    with acting(scenes.doors["billing"]) as client:
        close_account(user=sam, by=ada, department=north)
        page = client.get(reverse("handoff", args=[handoff.pk])).content.decode()
    sam.refresh_from_db()
    assert "Sam Supervises" in page
