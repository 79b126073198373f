"""Messages for property tests: any that Jupyter's protocol can carry, in both forms."""

from hypothesis import strategies as st

from colonnade.gate.protocol.json_text import Object
from colonnade.gate.protocol.message import CHANNELS, MAX_ID_CHARACTERS, Message

text = st.text(max_size=20)
any_text = st.text(st.characters(), max_size=20)
"""Lone surrogates included: JSON can carry them as escapes."""
scalar = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
value = st.recursive(
    scalar | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
objects: st.SearchStrategy[Object] = st.dictionaries(any_text, value, max_size=4)
identifier = st.text(min_size=1, max_size=MAX_ID_CHARACTERS)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A sound message on any channel, with any content and buffers."""
    header = draw(objects) | {"msg_id": draw(identifier), "msg_type": draw(identifier)}
    return Message(
        draw(st.sampled_from(sorted(CHANNELS))),
        header,
        draw(objects),
        draw(objects),
        draw(objects),
        tuple(draw(st.lists(st.binary(max_size=30), max_size=4))),
    )
