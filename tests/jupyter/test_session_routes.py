"""Kernels and sessions over Jupyter's REST API."""

import asyncio
from typing import Any

import pytest

from support.jupyter_app import People


def notebook(path: str = "a/n.ipynb", **kernel: str) -> dict[str, Any]:
    return {"path": path, "name": "n.ipynb", "type": "notebook", "kernel": kernel}


def still(model: dict[str, Any]) -> dict[str, Any]:
    """A session without the time, which goes on."""
    return {**model, "kernel": {**model["kernel"], "last_activity": None}}


async def test_a_session_has_jupyters_form(people: People) -> None:
    async with await people.client("ada") as ada:
        made = await ada.post("/api/sessions", json=notebook(name="python3"))
        model = made.json()
        listed = (await ada.get("/api/sessions")).json()
        read = (await ada.get(f"/api/sessions/{model['id']}")).json()
    assert [still(each) for each in listed] == [still(model)]
    assert still(read) == still(model)
    assert made.status_code == 201
    assert made.headers["location"] == f"/api/sessions/{model['id']}"
    assert set(model) == {"id", "path", "name", "type", "kernel", "notebook"}
    assert set(model["kernel"]) == {
        "id",
        "name",
        "last_activity",
        "execution_state",
        "connections",
    }
    assert model["kernel"]["last_activity"].endswith("Z")
    assert model["notebook"] == {"path": "a/n.ipynb", "name": "n.ipynb"}


async def test_a_notebook_opened_twice_at_once_gets_one_kernel(people: People) -> None:
    async with await people.client("ada") as ada:
        made = await asyncio.gather(*(ada.post("/api/sessions", json=notebook()) for _ in range(4)))
        kernels = (await ada.get("/api/kernels")).json()
    assert len({answer.json()["id"] for answer in made}) == 1
    assert len(kernels) == 1


async def test_two_people_have_sessions_of_their_own_for_the_same_path(people: People) -> None:
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        mine = (await ada.post("/api/sessions", json=notebook())).json()
        his = (await bob.post("/api/sessions", json=notebook())).json()
        assert mine["kernel"]["id"] != his["kernel"]["id"]
        session, kernel = f"/api/sessions/{mine['id']}", f"/api/kernels/{mine['kernel']['id']}"
        answers = [
            await bob.get(session),
            await bob.patch(session, json={"path": "stolen"}),
            await bob.delete(session),
            await bob.get(kernel),
            await bob.delete(kernel),
            await bob.post(f"{kernel}/interrupt"),
            await bob.post(f"{kernel}/restart"),
            await bob.post("/api/sessions", json=notebook("b", id=mine["kernel"]["id"])),
        ]
        left = (await ada.get("/api/sessions")).json()
    assert [still(each) for each in left] == [still(mine)]
    assert {answer.status_code for answer in answers} == {404}


async def test_a_session_can_be_renamed_and_its_kernel_hears_of_it(people: People) -> None:
    async with await people.client("ada") as ada:
        made = (await ada.post("/api/sessions", json=notebook())).json()
        body = {"path": "b/m.ipynb", "name": "m.ipynb"}
        changed = (await ada.patch(f"/api/sessions/{made['id']}", json=body)).json()
    assert changed["path"] == "b/m.ipynb"
    assert changed["name"] == "m.ipynb"
    assert changed["kernel"]["id"] == made["kernel"]["id"]


async def test_another_class_is_another_kernel_and_ends_the_former(people: People) -> None:
    async with await people.client("ada") as ada:
        made = (await ada.post("/api/sessions", json=notebook())).json()
        address = f"/api/sessions/{made['id']}"
        changed = (await ada.patch(address, json={"kernel": {"name": "large"}})).json()
        kernels = (await ada.get("/api/kernels")).json()
    assert changed["id"] == made["id"]
    assert changed["kernel"]["name"] == "large"
    assert [kernel["id"] for kernel in kernels] == [changed["kernel"]["id"]]


async def test_a_class_that_does_not_exist_leaves_the_session_as_it_was(people: People) -> None:
    async with await people.client("ada") as ada:
        made = (await ada.post("/api/sessions", json=notebook())).json()
        address = f"/api/sessions/{made['id']}"
        refused = await ada.patch(address, json={"kernel": {"name": "quantum"}})
        left = (await ada.get(address)).json()
    assert still(left) == still(made)
    assert refused.status_code == 404
    assert refused.json()["message"]


async def test_a_session_survives_the_service_and_goes_with_its_kernel(people: People) -> None:
    async with await people.client("ada") as ada:
        made = (await ada.post("/api/sessions", json=notebook())).json()
        runtimes, kernel_id = people.app.state.runtimes, made["kernel"]["id"]
        person = await people.identity("ada")
        await runtimes.shutdown(person, kernel_id)
        assert (await ada.get("/api/sessions")).json() == []
        assert (await ada.get(f"/api/sessions/{made['id']}")).status_code == 404
        again = (await ada.post("/api/sessions", json=notebook())).json()
        assert again["id"] != made["id"]
        assert (await ada.delete(f"/api/sessions/{made['id']}")).status_code == 404
        assert (await ada.delete(f"/api/sessions/{again['id']}")).status_code == 204
        assert (await ada.get("/api/kernels")).json() == []


async def test_a_kernel_can_be_started_interrupted_restarted_and_ended(people: People) -> None:
    async with await people.client("ada") as ada:
        made = await ada.post("/api/kernels")
        address = f"/api/kernels/{made.json()['id']}"
        assert made.status_code == 201
        assert made.headers["location"] == address
        assert made.json()["name"] == "python3"
        assert (await ada.post(f"{address}/interrupt")).status_code == 204
        assert (await ada.post(f"{address}/restart")).json()["id"] == made.json()["id"]
        assert (await ada.delete(address)).status_code == 204
        assert (await ada.get(address)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"path": "a"},
        {"type": "notebook"},
        {"path": 3, "type": "notebook"},
        {"path": "a\0b", "type": "notebook"},
        {"path": "a" * 2000, "type": "notebook"},
        {"path": "a", "type": "notebook", "kernel": "python3"},
        {"path": "a", "type": "notebook", "kernel": {"name": ["x"]}},
    ],
)
async def test_a_malformed_wish_is_refused_with_a_reason(
    people: People, body: dict[str, Any]
) -> None:
    async with await people.client("ada") as ada:
        answer = await ada.post("/api/sessions", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]
