"""What can be done with published billing files, which serve every department: a role counts wherever it is held."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from checklists.models import ReferenceRelease
from tests.privacy.acts import ADMIN, CODER, OWN, Act
from tests.reference import files

MAY = CODER | ADMIN | OWN
DAYS = {"valid_from": "2026-10-01", "valid_to": "2026-12-31", "files_expected": "1"}


def in_state(state: str, **more):
    """`where` of a page of a release in this state, loaded by nobody named; it lasts as long as the act."""

    def where(scenes):
        return [release(state, **more).pk]

    return where


def release(state: str, **more) -> ReferenceRelease:
    values = {
        "kind": "limits_practitioner",
        "name": "2026Q4",
        "licence_held": True,
        "opened_at": timezone.now(),
    }
    made, _ = ReferenceRelease.objects.get_or_create(
        state=state, digest="", defaults=values | DAY_VALUES | more
    )
    return made


DAY_VALUES = {"valid_from": "2026-10-01", "valid_to": "2026-12-31"}
SEEN = {"version": "1"}
REFERENCE_PAGES = [
    Act("reference", MAY),
    Act("reference-load", MAY),
    Act(
        "reference-load",
        MAY,
        "reference.loaded",
        send=lambda s: {
            "files": SimpleUploadedFile("MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", files.limits()),
            "licence_held": "on",
        },
    ),
    Act("reference-release", MAY, "reference.previewed", where=in_state("ready")),
    Act("reference-progress", MAY, where=in_state("ready")),
    Act("reference-complete", MAY, "reference.completed", where=in_state("collecting"), send=lambda s: DAYS),
    Act("reference-publish", MAY, "reference.published", where=in_state("ready"), send=lambda s: SEEN),
    Act("reference-withdraw", MAY, "reference.withdrawn", where=in_state("ready"), send=lambda s: SEEN),
    Act("reference-resume", MAY, "reference.resumed", where=in_state("collecting"), send=lambda s: {}),
]
