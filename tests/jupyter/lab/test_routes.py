"""JupyterLab's page and its API, for several people from one process."""

import json
import re
from typing import Any

import pytest

from support.jupyter_app import People

THEMES = "/lab/api/settings/@jupyterlab/apputils-extension:themes"
LANGUAGE = "/lab/api/settings/@jupyterlab/translation-extension:plugin"


def page_config(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


async def test_the_page_is_for_those_who_are_signed_in(people: People) -> None:
    async with people.anonymous() as stranger:
        assert (await stranger.get("/lab")).status_code == 403


async def test_the_page_holds_no_token_and_no_path_of_this_machine(people: People) -> None:
    async with await people.client("ada") as ada:
        html = (await ada.get("/lab/tree/a%20b/n.ipynb")).text
    config = page_config(html)
    assert config["token"] == ""
    assert config["treePath"] == "a b/n.ipynb"
    assert config["fullStaticUrl"] == "/static/lab"
    assert str(people.app.state.settings.data) not in html
    assert "site-packages" not in html
    assert "share/jupyter" not in html


async def test_a_tree_path_cannot_break_out_of_the_page(people: People) -> None:
    hostile = "</script><script>alert(1)</script>"
    async with await people.client("ada") as ada:
        html = (await ada.get(f"/lab/tree/{hostile}")).text
    assert hostile not in html
    assert page_config(html)["treePath"] == hostile


async def test_sound_and_video_may_come_from_the_content_origin(people: People) -> None:
    async with await people.client("ada") as ada:
        policy = (await ada.get("/lab")).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "http://localhost:8888" in directives["media-src"].split()


async def test_an_unknown_address_says_so_in_jupyterlab(people: People) -> None:
    async with await people.client("ada") as ada:
        config = page_config((await ada.get("/lab/nowhere")).text)
    assert config["notFoundUrl"] == "/lab/nowhere"


async def test_scripts_may_come_from_the_front_end_alone(people: People) -> None:
    async with await people.client("ada") as ada:
        policy = (await ada.get("/lab")).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "'unsafe-inline'" not in directives["script-src"]
    assert "'self'" not in directives["script-src"]
    assert "http://127.0.0.1:8888/static/lab/" in directives["script-src"]
    assert directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["frame-ancestors"] == directives["form-action"] == "'none'"


async def test_settings_are_each_persons_own(people: People) -> None:
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        dark = {"raw": '{\n  // at night\n  "theme": "JupyterLab Dark"\n}'}
        assert (await ada.put(THEMES, json=dark)).status_code == 204
        mine, his = (await ada.get(THEMES)).json(), (await bob.get(THEMES)).json()
    assert mine["settings"] == {"theme": "JupyterLab Dark"}
    assert mine["raw"] == dark["raw"]
    assert mine["last_modified"].endswith("Z")
    assert his["settings"] == {}
    assert his["raw"] == "{}"


async def test_the_list_of_settings_has_every_schema_and_my_values(people: People) -> None:
    async with await people.client("ada") as ada:
        await ada.put(THEMES, json={"raw": '{"theme": "JupyterLab Dark"}'})
        found = (await ada.get("/lab/api/settings")).json()["settings"]
        ids = (await ada.get("/lab/api/settings?ids_only=true")).json()["settings"]
    by_id = {entry["id"]: entry for entry in found}
    assert [entry["id"] for entry in ids] == [entry["id"] for entry in found]
    assert len(found) > 40
    assert by_id["@jupyterlab/apputils-extension:themes"]["settings"]
    assert by_id["@jupyterlab/notebook-extension:tracker"]["schema"]["properties"]


async def test_the_language_is_each_persons_own(people: People) -> None:
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        await ada.put(LANGUAGE, json={"raw": '{"locale": "de_DE"}'})
        german, english = (await ada.get(THEMES)).json(), (await bob.get(THEMES)).json()
        again = (await ada.get(THEMES)).json()
        packs = (await ada.get("/lab/api/translations")).json()["data"]
    assert german["schema"]["title"] != english["schema"]["title"]
    assert again == german
    assert packs["de_DE"]["displayName"].startswith("Deutsch")


async def test_translations_are_served_by_locale(people: People) -> None:
    async with await people.client("ada") as ada:
        german = (await ada.get("/lab/api/translations/de_DE")).json()
        unknown = (await ada.get("/lab/api/translations/tlh")).json()
        default = (await ada.get("/lab/api/translations/default")).json()
    assert german["data"]["jupyterlab"]
    assert unknown["data"] == default["data"] == {}
    assert unknown["message"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"raw": "{"}, 400),
        ({"raw": '{"theme": 3}'}, 400),
        ({"raw": "[" * 60_000}, 400),
        ({"raw": "[" * 5_000}, 400),
        ({"raw": "x" * 70_000}, 400),
        ({}, 400),
        ({"raw": "y" * 200_000}, 413),
    ],
)
async def test_settings_that_cannot_be_are_refused(
    people: People, body: dict[str, str], status: int
) -> None:
    async with await people.client("ada") as ada:
        answer = await ada.put(THEMES, json=body)
        kept = (await ada.get(THEMES)).json()
    assert answer.status_code == status
    assert answer.json()["message"]
    assert kept["settings"] == {}


@pytest.mark.parametrize("name", ["nobody:knows", "..%2f..%2fetc:passwd", "%00:x", "a:b:c"])
async def test_settings_of_unknown_plugins_do_not_exist(people: People, name: str) -> None:
    async with await people.client("ada") as ada:
        assert (await ada.get(f"/lab/api/settings/{name}")).status_code == 404
        put = await ada.put(f"/lab/api/settings/{name}", json={"raw": "{}"})
    assert put.status_code == 404


async def test_a_layout_is_kept_for_its_person(people: People) -> None:
    layout = {"data": {"layout-restorer:data": {"main": {}}}, "metadata": {"id": "default"}}
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        assert (await ada.get("/lab/api/workspaces/default")).json()["data"] == {}
        put = await ada.put("/lab/api/workspaces/default", json=layout)
        mine = (await ada.get("/lab/api/workspaces/default")).json()
        listed = (await ada.get("/lab/api/workspaces")).json()["workspaces"]
        his = (await bob.get("/lab/api/workspaces/default")).json()
        assert (await ada.delete("/lab/api/workspaces/default")).status_code == 204
        assert (await ada.delete("/lab/api/workspaces/default")).status_code == 404
    assert put.status_code == 204
    assert mine["data"] == layout["data"]
    assert listed["ids"] == ["default"]
    assert listed["values"] == [mine]
    assert his["data"] == {}


async def test_a_layout_must_carry_the_name_it_is_saved_under(people: People) -> None:
    async with await people.client("ada") as ada:
        body = {"data": {}, "metadata": {"id": "other"}}
        assert (await ada.put("/lab/api/workspaces/default", json=body)).status_code == 400
        assert (await ada.put("/lab/api/workspaces/x", json={"metadata": 3})).status_code == 400
        deep = "[" * 100_000
        assert (await ada.put("/lab/api/workspaces/x", content=deep)).status_code == 400
        large = {"metadata": {"id": "x"}, "data": "y" * 140_000}
        assert (await ada.put("/lab/api/workspaces/x", json=large)).status_code == 413


async def test_nobody_keeps_more_than_a_bounded_number_of_layouts(people: People) -> None:
    async with await people.client("ada") as ada:
        statuses = [
            (
                await ada.put(
                    f"/lab/api/workspaces/w{number}",
                    json={"data": {}, "metadata": {"id": f"w{number}"}},
                )
            ).status_code
            for number in range(33)
        ]
    assert statuses == [204] * 32 + [429]


async def test_static_files_are_compressed_once_and_cached(people: People) -> None:
    async with await people.client("ada") as ada:
        html = (await ada.get("/lab")).text
        main = re.search(r'src="(/static/lab/main\.[^"]+)"', html)
        assert main is not None
        first = await ada.get(main[1])
        again = await ada.get(main[1], headers={"If-None-Match": first.headers["etag"]})
        plain = await ada.get(main[1], headers={"Accept-Encoding": "identity"})
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["content-encoding"] == "gzip"
    assert again.status_code == 304
    assert plain.text == first.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/lab/..%2f..%2fpackage.json",
        "/static/../../etc/passwd",
        "/static/lab/",
        "/static/lab",
        "/lab/extensions/@colonnade/runtime/%2e%2e/runtime/package.json",
        "/lab/extensions//etc/passwd",
        "/lab/api/themes/..%2f..%2fstatic/package.json",
    ],
)
async def test_no_request_becomes_a_path_on_disk(people: People, path: str) -> None:
    async with people.anonymous() as stranger:
        assert (await stranger.get(path)).status_code in {403, 404}


async def test_extensions_are_found_with_one_slash_and_with_two(people: People) -> None:
    ours = "@colonnade/runtime/static/runtime.js"
    async with people.anonymous() as stranger:
        assert (await stranger.get(f"/lab/extensions/{ours}")).status_code == 200
        assert (await stranger.get(f"/lab/extensions//{ours}")).status_code == 200


async def test_an_unknown_part_of_the_api_is_answered_plainly(people: People) -> None:
    async with await people.client("ada") as ada:
        answer = await ada.get("/lab/api/translations/..%2fetc")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"
