"""Forms of the design gallery only: every kind of control once. Nothing is saved."""

from django import forms

from casetracker import choices

ANSWERS = [("yes", "Yes"), ("no", "No"), ("", "Not recorded")]


class SampleForm(forms.Form):
    """Text, choice, number with unit, date, three-way answer, long text, tick."""

    title = forms.CharField(help_text="As it stands in the record system.")
    technique = forms.ChoiceField(choices=choices.Technique.choices, initial="inverse")
    dose_gy = forms.DecimalField(
        label="Prescribed dose", help_text="To the edge of the target, for the course."
    )
    planned_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    within_brainstem = forms.ChoiceField(
        choices=ANSWERS,
        widget=forms.RadioSelect,
        required=False,
        help_text="As the surgeon or oncologist described it.",
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    signed = forms.BooleanField(label="Signed by its author", required=False)


class SampleLesion(forms.Form):
    """One row of the compact input table."""

    label = forms.CharField(max_length=12, required=False)
    diagnosis = forms.ChoiceField(choices=[("", ""), *choices.Diagnosis.choices], required=False)
    region = forms.ChoiceField(choices=[("", ""), *choices.Region.choices], required=False)
    max_dimension_mm = forms.DecimalField(
        required=False, min_value=0, max_value=120, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    optic_distance_mm = forms.DecimalField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    within_brainstem = forms.ChoiceField(choices=[("", ""), ("yes", "Yes"), ("no", "No")], required=False)
    dose_gy = forms.DecimalField(required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))


SampleLesions = forms.formset_factory(SampleLesion, extra=0, max_num=60, can_delete=True)

LESIONS = [
    {
        "label": "L1",
        "diagnosis": "metastasis",
        "region": "frontal",
        "max_dimension_mm": "18",
        "optic_distance_mm": "40",
        "within_brainstem": "no",
        "dose_gy": "20",
    },
    {
        "label": "L2",
        "diagnosis": "metastasis",
        "region": "cerebellum",
        "max_dimension_mm": "35",
        "optic_distance_mm": "52",
        "within_brainstem": "",
        "dose_gy": "18",
    },
    {
        "label": "L3",
        "diagnosis": "metastasis",
        "region": "occipital",
        "max_dimension_mm": "180",
        "optic_distance_mm": "",
        "within_brainstem": "no",
        "dose_gy": "20",
    },
]


def sample_forms() -> dict[str, object]:
    """A fresh form, one with errors, and a lesion table whose third row has an error."""
    rows = {"lesions-TOTAL_FORMS": "3", "lesions-INITIAL_FORMS": "3"}
    for index, lesion in enumerate(LESIONS):
        rows |= {f"lesions-{index}-{name}": value for name, value in lesion.items()}
    lesions = SampleLesions(rows, initial=LESIONS, prefix="lesions")
    lesions.is_valid()
    wrong = SampleForm({"technique": "inverse", "dose_gy": "twenty"}, prefix="wrong")
    wrong.is_valid()
    return {"form": SampleForm(), "wrong": wrong, "lesions": lesions}
