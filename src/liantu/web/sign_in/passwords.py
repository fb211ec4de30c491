"""What a password has to be, said in the reader's language."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator

from liantu.systems.language import language
from liantu.words import words


class LongEnough(MinimumLengthValidator):
    """Django's own, with our words: its sentence is not in Chinese."""

    def get_error_message(self) -> str:
        """Why it is too short."""
        return words().say("account.too_short", language(), least=self.min_length)

    def get_help_text(self) -> str:
        """The same, beforehand."""
        return self.get_error_message()
