"""Protocol Buffers by their wire format, without a schema: fields are visited, values skipped.

Source: protobuf.dev, 'Encoding', read November 2026. A field of any length costs a few bytes of
reading unless somebody asks for what is in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.limits import Unscannable

MAX_FIELDS = 200_000
"""Of one file: 1.5 s (measured November 2026). Large public models have some ten thousand."""
_WINDOW_BYTES = 1024
_MAX_VARINT_BYTES = 10


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its number, and either a number or the place of its bytes.

    Attributes:
        value: of a varint; 0 otherwise.
        start, end: offsets of the bytes; equal for a varint.
    """

    number: int
    value: int
    start: int
    end: int

    @property
    def has_bytes(self) -> bool:
        """Whether it holds bytes: a text, a message or packed numbers."""
        return self.end > self.start


class Wire:
    """Visits the fields of messages in one file. `MAX_FIELDS` bounds all visits together."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._fields_left = MAX_FIELDS
        self._window, self._window_start = b"", 0

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """The fields of the message between two offsets.

        Raises NotThisKind where they are malformed, Unscannable above `MAX_FIELDS`.
        """
        while start < end:
            self._fields_left -= 1
            if self._fields_left < 0:
                raise Unscannable(f"it has more than {MAX_FIELDS} parts")
            tag, start = self._varint(start, end)
            field = self._field(tag >> 3, tag & 7, start, end)
            yield field
            start = field.end

    def varints(self, field: Field) -> Iterator[int]:
        """The numbers of a repeated field, packed or not; at most 64 of them."""
        if not field.has_bytes:
            yield field.value
            return
        start = field.start
        for _ in range(64):
            if start >= field.end:
                return
            value, start = self._varint(start, field.end)
            yield value

    def text(self, field: Field, longest: int = 128) -> str:
        """The text of a field, cut to `longest` bytes."""
        data = self._source.exactly(field.start, min(field.end - field.start, longest))
        return data.decode("utf-8", "replace")

    def _field(self, number: int, kind: int, start: int, end: int) -> Field:
        if number == 0:
            raise NotThisKind("a field has no number")
        match kind:
            case 0:
                value, after = self._varint(start, end)
                return Field(number, value, after, after)
            case 1 | 5:
                length = 8 if kind == 1 else 4
            case 2:
                length, start = self._varint(start, end)
            case _:
                raise NotThisKind("a field is of no kind that is in use")
        if length > end - start:
            raise NotThisKind("a field is longer than what holds it")
        return Field(number, 0, start, start + length)

    def _varint(self, start: int, end: int) -> tuple[int, int]:
        """The number at `start`, and the offset after it."""
        if not 0 <= start - self._window_start <= len(self._window) - _MAX_VARINT_BYTES:
            self._window = self._source.read(start, _WINDOW_BYTES)
            self._window_start = start
        at = start - self._window_start
        value = 0
        for place, byte in enumerate(self._window[at : at + min(_MAX_VARINT_BYTES, end - start)]):
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return value, start + place + 1
        raise NotThisKind("a number has no end")
