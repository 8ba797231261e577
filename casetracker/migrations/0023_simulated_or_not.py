from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casetracker", "0022_spine_level"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="simulated",
            field=models.BooleanField(
                blank=True,
                help_text="No: there was no separate simulation. A day of simulation counts more.",
                null=True,
            ),
        ),
    ]
