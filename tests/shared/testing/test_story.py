"""Stories fail where what followed is not what was told."""

from typing import Any

import pytest

from shared.holidays import published_workdays
from shared.testing.letters import (
    LETTERS,
    POLICY,
    AnswerLetter,
    LetterAnswered,
    LetterAnsweredAlready,
    LetterNoted,
    LetterReceived,
    NoteOnLetter,
    RecordLetter,
)
from shared.testing.story import Story
from tests.shared.post import HANDLER, MONDAY, SYSTEM

STORY = Story(LETTERS, "1", POLICY, published_workdays())
RECEIVED = STORY.when(RecordLetter(), by=SYSTEM, on=MONDAY).then(LetterReceived)


def test_a_story_goes_on_with_what_followed() -> None:
    RECEIVED.when(AnswerLetter(), by=HANDLER, on=MONDAY).then(
        LetterAnswered(subject_token="S-1", answered_on=MONDAY)
    ).when(AnswerLetter(), by=HANDLER, on=MONDAY).refused(LetterAnsweredAlready)


def test_a_sealed_text_can_be_expected() -> None:
    RECEIVED.when(NoteOnLetter(text="催办"), by=HANDLER, on=MONDAY).then(
        LetterNoted(number=1, note_sealed="sealed(1,催办)")
    )


@pytest.mark.parametrize("expected", [(), (LetterNoted,), (LetterAnswered, LetterAnswered)])
def test_another_ending_fails_the_story(expected: Any) -> None:
    story = RECEIVED.when(AnswerLetter(), by=HANDLER, on=MONDAY)

    with pytest.raises(AssertionError):
        story.then(*expected)
    with pytest.raises(AssertionError):
        story.refused(LetterAnsweredAlready)
