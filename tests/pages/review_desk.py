"""The packet of the tests of review pages, and the addresses of its steps."""

import pytest
from django.urls import reverse

from tests.packets import desk

__all__ = ["made"]


@pytest.fixture
def made(world):
    return desk(world)


def page_of(packet, query="") -> str:
    return reverse("packet-review", args=[packet.case_id, packet.pk]) + query


def step(packet, name) -> str:
    return reverse("packet-step", args=[packet.case_id, packet.pk, name])


def item_url(packet, item, act) -> str:
    return reverse(f"item-{act}", args=[packet.case_id, packet.pk, item.pk])


def text(response) -> str:
    return response.content.decode()
