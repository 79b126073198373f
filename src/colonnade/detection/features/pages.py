"""What the titles, labels and texts of a page of one's own say that it does; weak, like comments.

Pages of gradio and streamlit are built by calls. Their visible words are those of whoever made the
page, as a comment's are, and are read like one. To know another kind of page, add its call to
`_WORDED`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from colonnade.detection.features.comments import read_comment
from colonnade.detection.features.feature import Collector

_WORDED = re.compile(
    r"^(?:gr|gradio|st|streamlit|pn|panel|widgets|ipywidgets|ui)(?:\.\w+)*"
    r"\.(?:markdown|html|title|header|subheader|interface|blocks|tab|button|label|accordion"
    r"|image|video|audio|textbox|write|image_upload|file_uploader)$"
)
MAX_TEXTS = 12
MAX_CHARACTERS = 1000


@lru_cache(8192)
def is_page(name: str) -> bool:
    """Whether a call of this dotted name makes a part of a page with words on it."""
    return _WORDED.match(name.lower()[:400]) is not None


def read_page(collector: Collector, given: Iterable[str | None], line: int, end: int) -> None:
    """Note what the texts that a part of a page is given speak of."""
    texts = [text[:MAX_CHARACTERS] for text in given if text and " " in text][:MAX_TEXTS]
    if texts:
        read_comment(collector, "\n".join(texts), line, end)
