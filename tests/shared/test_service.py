"""A service as a worker and the simulated office drive it."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from shared.casework import UnknownCase
from shared.service import segments
from shared.testing.letters import LETTERS, AnswerLetter, LetterAnsweredAlready, NoteOnLetter, PutOffLetter
from tests.shared.post import HANDLER, MONDAY, Post


def test_only_what_people_send_has_a_segment() -> None:
    assert segments(LETTERS) == {"note": NoteOnLetter, "extension": PutOffLetter, "answer": AnswerLetter}


def test_a_command_is_sent_by_its_segment_once_per_key(post: Post) -> None:
    post.receive("1")

    first = post.service.send("letter", "1", "note", {"text": "催办"}, HANDLER, "key-0001")
    again = post.service.send("letter", "1", "note", {"text": "催办"}, HANDLER, "key-0001")

    assert (first.position, again.position, again.repeated) == (2, 2, True)
    assert post.log.read("letter:1")[1].meta.cor == "key-0001"


def test_each_command_of_many_has_its_own_outcome(post: Post) -> None:
    post.receive("1")

    outcomes = post.service.send_many(
        [
            ("letter", "1", "answer", {}, HANDLER, "key-0001"),
            ("letter", "1", "answer", {}, HANDLER, "key-0002"),
            ("letter", "2", "answer", {}, HANDLER, "key-0003"),
        ]
    )

    assert [type(outcome.refusal) for outcome in outcomes] == [type(None), LetterAnsweredAlready, UnknownCase]


def test_a_malformed_body_is_no_command(post: Post) -> None:
    post.receive("1")

    with pytest.raises(ValidationError):
        post.service.send("letter", "1", "note", {}, HANDLER, "key-0001")


def test_a_worker_fires_what_is_due_and_projects_it(post: Post) -> None:
    post.receive("1")
    post.clock.advance(MONDAY + timedelta(days=11))

    assert [post.service.pull(), post.service.pull()] == [1, 0]
    assert [post.service.project(), post.service.project()] == [2, 0]
    assert post.view.tasks()[0].task.urgent
