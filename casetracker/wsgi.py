"""The door a web server uses: `gunicorn casetracker.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from checklists.reader import current_book

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casetracker.settings")

application = get_wsgi_application()

# A rule book that does not read cleanly stops the server here, with file and line, not at the first case.
current_book()
