"""A rule of the rule book names the places that enforce it."""

import re

from shared.kernel import nearest_body
from shared.kernel.rulebook import Rule


def test_a_rule_names_file_line_and_function() -> None:
    rule = Rule(
        "C-8", "[P] 检举控告工作规则 art.50", "由有权机关批准", "the body with authority approves", (nearest_body,)
    )

    (place,) = rule.places()

    assert re.fullmatch(r"shared/kernel/bodies\.py:[0-9]+ nearest_body", place)
