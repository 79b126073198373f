"""What this machine's sensors of files and GPUs see is said, with what would raise it."""

from pathlib import Path

from colonnade.host.sensing.file_outlook import files_line, gpu_line


def test_less_is_seen_without_a_sandbox_or_users_to_give() -> None:
    assert files_line(confined=True, own_ids=True).level == "full"
    for line in (files_line(False, False), files_line(True, False)):
        assert line.level == "reduced"
        assert line.remedy


def test_a_gpu_that_nobody_watches_is_missing(tmp_path: Path) -> None:
    assert gpu_line(tmp_path, lambda: None).level == "full"
    (tmp_path / "driver" / "nvidia").mkdir(parents=True)
    unseen = gpu_line(tmp_path, lambda: None)
    assert (unseen.level, unseen.remedy) == ("missing", "pip install nvidia-ml-py")
