"""What programs can do: the call of the API with the token of each door. A session counts for nothing there."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casetracker.api_tokens import SHOWN, digest_of, new_token
from casetracker.models import ApiToken, Department, User
from tests.privacy.acts import EVERYBODY, HERE, OWN, Act
from tests.privacy.scenes import Scenes

DOCUMENT = "schema: srs-case/1\nmodality: linac\n"


def token_for(user: User, department: Department, **fields: Any) -> tuple[ApiToken, str]:
    """A token as the service makes it, without its event, and its text."""
    text = new_token()
    made = {"made_by": user, "made_at": timezone.now(), "name": "Planning export", **fields}
    record = ApiToken.objects.create(
        user=user, department=department, beginning=text[:SHOWN], digest=digest_of(text), **made
    )
    return record, text


@dataclass(frozen=True)
class Call(Act):
    """Sent with a token of the person at the door, beside the session."""

    def done_by(self, client: Any, scenes: Scenes) -> Any:
        user = User.objects.get(pk=client.session["_auth_user_id"])
        home = user.memberships.first()
        _, text = token_for(user, home.department if home else scenes.world.north)
        sent = {"content_type": "application/yaml", "headers": {"Authorization": f"Bearer {text}"}}
        return client.post(self.address(scenes), DOCUMENT, **sent)


CALLS = [
    Call("api-evaluate", HERE | OWN, send=lambda s: {}),
    Act("api-openapi", EVERYBODY),
]
