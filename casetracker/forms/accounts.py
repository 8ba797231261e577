"""Sign-in and password forms: shape only. Passwords are checked by Django and changed by `services.accounts`."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm


class SignInForm(AuthenticationForm):
    """User name and password. The refusal never says which of the two was wrong."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    error_messages = {
        "invalid_login": "User name and password do not match. Both distinguish capital and small letters.",
        "inactive": "User name and password do not match. Both distinguish capital and small letters.",
    }


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Present password"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "New password again"
        self.fields[
            "new_password1"
        ].help_text = (
            "At least 12 characters, not only digits, not a common password and not close to your name."
        )
        self.fields["new_password2"].help_text = ""
