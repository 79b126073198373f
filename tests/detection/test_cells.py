import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.cells import Cell, cells_in, read_notebook, written_in
from colonnade.kit.errors import Invalid, TooLarge
from detection.test_archives import zipped

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_cells_keep_their_place_and_empty_ones_are_left_out():
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": "# Title"},
            {"cell_type": "code", "id": "a", "source": ["x = 1\n", "y = 2"]},
            {"cell_type": "code", "id": "b", "source": "  "},
        ]
    }
    assert cells_in(notebook) == (
        Cell("# Title", 0, "", "prose"),
        Cell("x = 1\ny = 2", 1, "a"),
    )


def test_text_between_and_attached_scripts_are_cells_too():
    script = base64.b64encode(b"ls").decode()
    attached = {"go.sh": {"text/x-sh": script}, "a.png": {"image/png": "x"}}
    notebook = {"cells": [{"cell_type": "markdown", "source": "# Title", "attachments": attached}]}
    assert cells_in(notebook) == (
        Cell("# Title", 0, "", "prose"),
        Cell("ls", 0, "", "shell"),
    )


def test_a_notebook_of_form_3_is_read():
    notebook = {"worksheets": [{"cells": [{"cell_type": "code", "input": "print(1)"}]}]}
    assert [cell.source for cell in cells_in(notebook)] == ["print(1)"]


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"a": 1}', b"\xff\xfe", b'{"cells": 3}'])
def test_what_is_no_notebook_is_named_as_such(data: bytes):
    with pytest.raises(Invalid):
        read_notebook(data)


def test_a_notebook_of_100_000_levels_is_refused_not_crashed_on():
    with pytest.raises(TooLarge):
        read_notebook(b"[" * 100_000)


def test_too_many_cells_are_too_large():
    with pytest.raises(TooLarge):
        cells_in({"cells": [{}] * 6000})


@given(JSON)
def test_any_json_is_read_or_named_invalid(value: object):
    with contextlib.suppress(Invalid):
        read_notebook(json.dumps(value).encode())


@given(st.binary())
def test_any_bytes_are_read_or_named_invalid(data: bytes):
    with contextlib.suppress(Invalid):
        read_notebook(data)


def attached(data: bytes) -> dict[str, object]:
    bundle = {"a.zip": {"application/zip": base64.b64encode(data).decode()}}
    return {"cells": [{"cell_type": "markdown", "source": "", "attachments": bundle}]}


def test_scripts_in_an_attached_archive_are_cells():
    held = {"x/go.sh": b"ls", "read.txt": b"no code", "run.py": b"print(1)"}
    assert cells_in(attached(zipped(held))) == (
        Cell("ls", 0, "", "shell"),
        Cell("print(1)", 0, "", "notebook"),
    )
    assert cells_in(attached(b"PK\x03\x04 broken")) == ()


def test_an_attached_archive_that_cannot_be_looked_into_is_too_large():
    with pytest.raises(TooLarge, match="An archive is attached to it"):
        cells_in(attached(zipped({str(n): b"\0" * (8 << 20) for n in range(10)})))


def test_a_notebook_in_another_unicode_is_read():
    text = json.dumps({"cells": [{"cell_type": "code", "source": "print(1)"}]})
    for code in ("utf-8-sig", "utf-16", "utf-32"):
        assert read_notebook(text.encode(code))[0].source == "print(1)"


@pytest.mark.parametrize(
    "form",
    ["image/png;base64,", "image/png;base64,*", "image/svg+xml;charset=utf-8,", "audio/x-wav,%"],
)
def test_media_within_text_are_passed_over_and_the_text_is_not(form: str):
    picture = f"data:{form}" + "iVBOR" * 400_000
    source = f"# Results\n![plot]({picture})\nas seen above"
    notebook = {"cells": [{"cell_type": "markdown", "source": source}]}
    assert cells_in(notebook)[0].source == "# Results\n![plot](data:)\nas seen above"


def test_data_within_code_stay_what_they_are():
    source = "go = 'data:image/png;base64,aGVsbG8='"
    assert cells_in({"cells": [{"cell_type": "code", "source": source}]})[0].source == source


def test_scripts_are_found_in_an_archive_within_an_archive_and_no_deeper():
    inner = zipped({"run.py": b"print(1)"})
    outer = zipped({"in.bin": inner})
    assert [cell.source for cell in cells_in(attached(outer))] == ["print(1)"]
    with pytest.raises(TooLarge, match="nest too deeply"):
        cells_in(attached(zipped({"out.zip": outer})))


def test_cells_of_both_forms_are_read_where_a_notebook_has_both():
    one = [{"cell_type": "code", "source": "a"}]
    two = [{"cell_type": "code", "input": "b"}]
    both = {"nbformat": 4, "cells": one, "worksheets": [{"cells": two}]}
    assert [cell.source for cell in cells_in(both)] == ["a", "b"]
    assert [cell.source for cell in cells_in({"cells": one, "worksheets": []})] == ["a"]


def test_cells_as_they_stand_are_told_without_what_is_attached():
    notebook = attached(zipped({"run.py": b"print(1)"}))
    notebook["cells"] += [{"cell_type": "code", "source": "a"}] * 6000  # type: ignore[operator]
    assert len(written_in(notebook)) == 6000
    with pytest.raises(Invalid):
        written_in([])
