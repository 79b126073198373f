"""What an operator may set in the table `[notebooks]` of `colonnade.toml`."""

from pydantic import BaseModel, ConfigDict, Field

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


class NotebookSettings(BaseModel):
    """Limits on what people keep. All sizes are bytes, for each person where not said otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quota_bytes: int = Field(default=10 * GIBIBYTE, gt=0)
    """Files in the area and stored revisions of notebooks together."""
    max_entries: int = Field(default=200_000, gt=0)
    """Files and folders in one area; also bounds the time that counting them takes."""
    max_notebook_bytes: int = Field(default=64 * MEBIBYTE, gt=0)
    """One notebook with its outputs, as JSON."""
    max_file_bytes: int = Field(default=5 * GIBIBYTE, gt=0)
    """One uploaded file; larger than `max_read_bytes` only in chunks."""
    max_read_bytes: int = Field(default=64 * MEBIBYTE, gt=0)
    """One file read or written whole through the contents API, which holds it in memory."""
    max_checkpoint_bytes: int = Field(default=16 * MEBIBYTE, gt=0)
    """One file of which a checkpoint is kept."""
    max_revisions: int = Field(default=500, ge=2)
    """Revisions of one notebook; the oldest that is no checkpoint goes first."""

    @property
    def max_body_bytes(self) -> int:
        """The largest request that is read: the larger of the two, as base64 with its model."""
        return max(self.max_notebook_bytes, self.max_read_bytes) * 4 // 3 + MEBIBYTE
