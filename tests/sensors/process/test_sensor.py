"""What is seen of programs in a real sandbox."""

import pytest

from .conftest import Box, Watch

pytestmark = pytest.mark.sandbox


async def test_a_program_is_seen_with_its_words_folder_and_parent(box: Box, watch: Watch) -> None:
    ran = await box.run("import subprocess; print(subprocess.call(['/bin/echo', 'one', 'two words']))")
    print(ran, watch.seen)
    assert ran.printed == "one two words\n0\n"
    (seen,) = watch.seen
    assert seen.subject == "/bin/echo"
    assert seen.attributes["command"] == "/bin/echo one 'two words'"
    assert seen.attributes["folder"] == "/tmp"
    assert seen.attributes["via"] == "notification"
