"""Nothing is reached through a link, and nothing but files and folders is opened."""

import errno
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit import beneath


@pytest.fixture(params=["openat2", "step by step"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reaching a file: the kernel's, and ours where the kernel has none."""
    if request.param == "step by step":
        monkeypatch.setattr(beneath, "_openat2", lambda *_: None)
    return request.param


@pytest.fixture
def root(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "secret").write_text("secret")
    area = tmp_path / "area"
    (area / "folder" / "inner").mkdir(parents=True)
    (area / "folder" / "file").write_text("mine")
    (area / "link to file").symlink_to(tmp_path / "secret")
    (area / "link to folder").symlink_to(tmp_path)
    (area / "link inside").symlink_to("folder")
    (area / "dangling").symlink_to("nowhere")
    os.mkfifo(area / "fifo")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(area / "socket"))
    with beneath.closing(beneath.open_root(area)) as descriptor:
        yield descriptor
    listening.close()


def read(root: int, path: str) -> bytes:
    with beneath.closing(beneath.open_file(root, path)) as descriptor:
        return os.read(descriptor, 100)


@pytest.mark.usefixtures("way")
class TestReaching:
    def test_a_file_is_read(self, root: int) -> None:
        assert read(root, "folder/file") == b"mine"

    @pytest.mark.parametrize(
        "path",
        [
            "link to file",
            "link to folder",
            "link to folder/secret",
            "link inside/file",
            "dangling",
            "fifo",
            "socket",
            "folder",
            "folder/none",
            "folder/file/below",
            "",
        ],
    )
    def test_nothing_else_is_opened(self, root: int, path: str) -> None:
        with pytest.raises(OSError, match=r".") as problem:
            read(root, path)
        assert problem.value.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}

    @pytest.mark.parametrize("path", ["link to folder", "link inside", "link inside/inner"])
    def test_no_folder_is_reached_through_a_link(self, root: int, path: str) -> None:
        with pytest.raises(OSError, match=r"."):
            beneath.open_folder(root, path)

    def test_what_lies_there_is_examined_without_opening(self, root: int) -> None:
        assert stat.S_ISLNK(beneath.examine(root, "link to file").st_mode)
        assert stat.S_ISFIFO(beneath.examine(root, "fifo").st_mode)
        assert stat.S_ISDIR(beneath.examine(root, "").st_mode)

    def test_even_a_path_that_no_parser_passed_stays_beneath(self, root: int) -> None:
        for path in ("../secret", "..", "folder/../../secret", "/etc/passwd"):
            with pytest.raises(OSError, match=r"."):
                read(root, path)

    def test_a_rename_never_replaces(self, root: int) -> None:
        with beneath.closing(beneath.open_folder(root, "folder")) as folder:
            for target in ("fifo", "link to file", "dangling", "folder"):
                with pytest.raises(FileExistsError):
                    beneath.rename(folder, "file", root, target)
            beneath.rename(folder, "file", root, "moved")
        assert read(root, "moved") == b"mine"

    def test_a_swapped_folder_never_leads_outside(self, root: int, tmp_path: Path) -> None:
        area, outside = tmp_path / "area", tmp_path / "outside"
        outside.mkdir()
        (outside / "file").write_text("secret")
        (area / "real").mkdir()
        (area / "real" / "file").write_text("mine")
        stop = threading.Event()

        def swap() -> None:
            while not stop.is_set():
                (area / "real").rename(area / "aside")
                (area / "real").symlink_to(outside)
                (area / "real").unlink()
                (area / "aside").rename(area / "real")

        swapping = threading.Thread(target=swap)
        swapping.start()
        seen: set[bytes] = set()
        try:
            for _ in range(3000):
                try:
                    seen.add(read(root, "real/file"))
                except OSError as problem:
                    assert problem.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}  # noqa: PT017
        finally:
            stop.set()
            swapping.join()
        assert seen <= {b"mine"}


def test_a_file_system_without_noreplace_does_not_replace_either(
    root: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(beneath, "rename", beneath._rename_without_kernel_help)
    (tmp_path / "area" / "other").write_text("other")
    with pytest.raises(FileExistsError):
        beneath.rename(root, "other", root, "fifo")
    with pytest.raises(FileExistsError):
        beneath.rename(root, "folder", root, "other")
    beneath.rename(root, "other", root, "moved")
    beneath.rename(root, "folder", root, "renamed")
    assert read(root, "moved") == b"other"
    assert read(root, "renamed/file") == b"mine"


_names = st.sampled_from(["a", "b", "c"])
_paths = st.lists(_names, min_size=1, max_size=4).map("/".join)
_steps = st.lists(
    st.tuples(
        st.sampled_from(["folder", "file", "link", "up", "absolute", "fifo"]), _paths, _paths
    ),
    max_size=12,
)


def _grow(area: Path, kind: str, path: str, target: str) -> None:
    place = area / path
    try:
        # A random path may lead through a link made before; real paths only, within the test.
        if place.parent.resolve().is_relative_to(area.parent):
            match kind:
                case "folder":
                    place.mkdir(parents=True)
                case "file":
                    _write(place, f"inside {path}")
                case "link":
                    place.symlink_to(target)
                case "up":
                    place.symlink_to("../" * 5 + target)
                case "absolute":
                    place.symlink_to(area.parent / "outside")
                case _:
                    os.mkfifo(place)
    except (OSError, RuntimeError):
        pass


def _write(place: Path, text: str) -> None:
    """As `write_text`, but without waiting for a reader where a FIFO is there already."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK)
    os.write(descriptor, text.encode())
    os.close(descriptor)


@given(_steps, st.lists(_paths, max_size=8))
def test_no_random_tree_leads_outside(steps: list[tuple[str, str, str]], asked: list[str]) -> None:
    with TemporaryDirectory() as made:
        area = Path(made) / "area"
        area.mkdir()
        (Path(made) / "outside" / "a").mkdir(parents=True)
        for name in ("b", "c", "a/b"):
            (Path(made) / "outside" / name).write_text("outside")
        for step in steps:
            _grow(area, *step)
        with beneath.closing(beneath.open_root(area)) as root:
            for path in asked:
                plain = not any(part.is_symlink() for part in _parts(area, path))
                regular = plain and (area / path).is_file()
                try:
                    content = read(root, path)
                except OSError:
                    assert not regular
                else:
                    assert regular
                    assert content == (area / path).read_bytes()


def _parts(area: Path, path: str) -> list[Path]:
    names = path.split("/")
    return [area.joinpath(*names[: index + 1]) for index in range(len(names))]
