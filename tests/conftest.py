"""What holds for all tests: warnings are errors, except one about the name of the HTTP client under the test client."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:Using `httpx` with `starlette.testclient`")
