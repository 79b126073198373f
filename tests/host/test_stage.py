"""What is taken off the stage, and what never is."""

from pathlib import Path

from colonnade.host.stage import Stage


def test_a_cleared_slot_is_gone(tmp_path: Path) -> None:
    stage = Stage(tmp_path, own_ids=False)
    slot = stage.slot("a")
    (slot.notes / "folder").write_text("work")
    stage.clear("a")
    assert not slot.folder.exists()
    assert not slot.disk.exists()
    stage.clear("a")


def test_files_behind_a_mount_that_stays_are_not_deleted(tmp_path: Path) -> None:
    stage = Stage(tmp_path, own_ids=False)
    slot = stage.slot("a")
    # Not a mount, so that unmounting fails, as it may for one.
    (slot.drive / "thesis.txt").write_text("years of work")
    (slot.disk / "content.txt").write_text("hours of work")
    stage.clear("a")
    assert (slot.drive / "thesis.txt").read_text() == "years of work"
    assert (slot.disk / "content.txt").exists()
