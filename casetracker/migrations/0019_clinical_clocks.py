from django.db import migrations, models

USUAL = 14


def keep_own_days(apps, schema_editor):
    """A department that set other days for the summary keeps them as the clock of a treated case."""
    department = apps.get_model("casetracker", "Department")
    for home in department.objects.exclude(summary_days=USUAL):
        home.clinical_clocks = {"treated": {"days": home.summary_days, "unit": "calendar"}}
        home.save(update_fields=["clinical_clocks"])


def give_days_back(apps, schema_editor):
    """Only calendar days fit into the older field."""
    department = apps.get_model("casetracker", "Department")
    for home in department.objects.all():
        clock = home.clinical_clocks.get("treated")
        if clock and clock["unit"] == "calendar":
            home.summary_days = clock["days"]
            home.save(update_fields=["summary_days"])


class Migration(migrations.Migration):
    """The columns of a case are filled when it is next saved; `manage.py recount --repair` fills all of them."""

    dependencies = [
        ("casetracker", "0018_second_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="clinical_clocks",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Clinical state -> {days, unit} or null for no clock; a state left out has the usual clock.",
            ),
        ),
        migrations.RunPython(keep_own_days, give_days_back),
        migrations.RemoveField(
            model_name="department",
            name="summary_days",
        ),
        migrations.AddField(
            model_name="case",
            name="clinical_from",
            field=models.DateField(
                blank=True, help_text="Day that clock counts from; null while it is not recorded.", null=True
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="clinical_step",
            field=models.CharField(
                blank=True,
                help_text="Clinical state whose clock runs; empty when none does.",
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["department", "clinical_step", "clinical_from"], name="case_by_clock"),
        ),
    ]
