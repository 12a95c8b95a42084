"""A refusal can be read in two languages and says what would make the command pass."""

from shared.kernel import RoleNotPermitted


def test_a_refusal_speaks_both_languages() -> None:
    refusal = RoleNotPermitted(role="HANDLER", command="approval", roles="PRINCIPAL")

    assert refusal.text("zh") == "角色 HANDLER 不能执行“approval”"
    assert refusal.text("en") == "role HANDLER may not issue 'approval'"
    assert refusal.fix("zh") == "由以下角色之一执行：PRINCIPAL"
    assert refusal.fix("en") == "let one of these roles do it: PRINCIPAL"
    assert str(refusal) == "ROLES role HANDLER may not issue 'approval'"
