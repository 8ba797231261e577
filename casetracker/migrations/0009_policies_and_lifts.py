"""Policies are proposed, approved and superseded; compliance lifts a conflict of one case.

Settings that exist already stay in force.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casetracker", "0008_not_applicable_reasons"),
    ]

    operations = [
        migrations.CreateModel(
            name="LiftedConflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conflict",
                    models.CharField(help_text="Id of the conflict in the rule book.", max_length=20),
                ),
                (
                    "codes",
                    models.CharField(help_text="Codes concerned, in order, joined by +.", max_length=200),
                ),
                (
                    "message",
                    models.CharField(help_text="What the conflict said when it was lifted.", max_length=600),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_because", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="policysetting",
            options={"ordering": ["valid_from", "id"]},
        ),
        migrations.AddField(
            model_name="policysetting",
            name="approved_alone",
            field=models.BooleanField(
                default=False, help_text="The department had nobody else who could approve it."
            ),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_by",
                to="casetracker.policysetting",
            ),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="entered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="entered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Proposed"),
                    ("in_force", "In force"),
                    ("superseded", "Superseded"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="in_force",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="policysetting",
            name="superseded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supersedes",
                to="casetracker.policysetting",
            ),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="withdrawn_because",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="policysetting",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="policysetting",
            name="approver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="policysetting",
            name="valid_from",
            field=models.DateField(help_text="First day of service for which it holds."),
        ),
        migrations.AlterField(
            model_name="policysetting",
            name="valid_to",
            field=models.DateField(blank=True, help_text="Last day of service; empty for no end.", null=True),
        ),
        migrations.AlterField(
            model_name="policysetting",
            name="value",
            field=models.CharField(
                blank=True, help_text="Empty: no own value of this level.", max_length=120
            ),
        ),
        migrations.AddIndex(
            model_name="policysetting",
            index=models.Index(fields=["department", "state", "key"], name="policies_in_force"),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="policy_ends_after_it_begins",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("in_force", "superseded")), _negated=True),
                    ("approver__isnull", False),
                    _connector="OR",
                ),
                name="policy_in_force_has_approver",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_alone", True),
                    ("approver__isnull", True),
                    ("entered_by__isnull", True),
                    models.Q(("approver", models.F("entered_by")), _negated=True),
                    _connector="OR",
                ),
                name="policy_approved_by_another",
                violation_error_message="Somebody else approves a policy than entered it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payer__isnull", True), ("state", "proposed")),
                fields=("department", "key"),
                name="one_proposal_of_a_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payer__isnull", False), ("state", "proposed")),
                fields=("payer", "key"),
                name="one_proposal_of_a_payer",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payer__isnull", True), ("state", "in_force")),
                fields=("department", "key", "valid_from"),
                name="one_policy_of_a_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="policysetting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payer__isnull", False), ("state", "in_force")),
                fields=("payer", "key", "valid_from"),
                name="one_policy_of_a_payer",
            ),
        ),
        migrations.AddField(
            model_name="liftedconflict",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="liftedconflict",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lifts", to="casetracker.case"
            ),
        ),
        migrations.AddField(
            model_name="liftedconflict",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="liftedconflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("case", "conflict", "codes", "message"),
                name="conflict_lifted_once",
            ),
        ),
    ]
