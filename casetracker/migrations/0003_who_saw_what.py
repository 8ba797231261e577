"""The access report reads a department's events of a period, newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casetracker", "0002_kept_posts")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["department", "at", "id"], name="audit_by_department"),
        ),
    ]
