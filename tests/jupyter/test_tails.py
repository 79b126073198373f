"""An address that ends in a line break never stands for the one without it."""

import pytest

from colonnade.jupyter.content_links import ContentLinks
from support.jupyter_app import People


@pytest.mark.parametrize(
    "address",
    [
        "/files/n.ipynb%0A",
        "/nbconvert/html/n.ipynb%0A",
        "/static/favicons/favicon.ico%0A",
        "/lab/api/settings/@jupyterlab/apputils-extension:themes%0A",
    ],
)
async def test_a_line_break_belongs_to_the_path(people: People, address: str) -> None:
    people.app.state.links = ContentLinks(b"k" * 32, people.app.state.origins.content)
    async with await people.client("ada") as ada:
        model = {"type": "notebook"}
        assert (await ada.put("/api/contents/n.ipynb", json=model)).status_code == 201
        plain, broken = await ada.get(address.removesuffix("%0A")), await ada.get(address)
    assert plain.status_code in {200, 302}
    assert broken.status_code in {400, 404}
