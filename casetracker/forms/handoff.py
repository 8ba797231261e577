"""What billing types when it receives a summary."""

from django import forms


class ReceiptForm(forms.Form):
    """Confirmation of receipt."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    claim_reference = forms.CharField(
        required=False,
        max_length=60,
        label="Claim or batch number",
        help_text="Optional. Helps to find the claim later.",
    )


class SendBackForm(forms.Form):
    """Why the summary goes back."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        label="What is wrong",
        help_text="The department sees this text. Name the line or the document.",
    )
