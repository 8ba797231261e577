"""P-32: demonstration data are made up and marked; production refuses to load them."""

import pytest
from django.core.management import CommandError, call_command

from casetracker.models import Case, User

pytestmark = pytest.mark.django_db


def test_a_real_site_refuses_to_load_demo_data(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_every_page_of_a_demo_says_so(client, settings, demo, shown):
    settings.DEMO = demo
    page = client.get("/sign-in/").content.decode()
    assert ("every patient here is invented" in page) is shown
