import os
import signal
from collections.abc import Iterator

import pytest

from tokencost import interruption


@pytest.fixture
def caught() -> Iterator[None]:
    interruption.set_caught(is_caught=True)
    yield
    interruption.set_caught(is_caught=False)


@pytest.mark.usefixtures("caught")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_an_exception_where_it_is_caught(sent: signal.Signals, code: int) -> None:
    with pytest.raises(KeyboardInterrupt) as raised:
        interruption.interrupt(sent, None)
    assert interruption.code_of(raised.value) == code


@pytest.mark.posix
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.usefixtures("caught")
def test_a_forked_process_ends_at_once_though_its_parent_catches_signals() -> None:
    """It has nothing to leave in order, and what its parent would catch is not its own."""
    process = os.fork()
    if process == 0:
        try:
            interruption.interrupt(signal.SIGTERM, None)
        finally:
            os._exit(1)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 143
