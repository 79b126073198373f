"""What a Jupyter client asks about the server, its kernelspecs and itself."""

from support.jupyter_app import People


async def test_nobody_is_served_without_a_sign_in(people: People) -> None:
    async with people.anonymous() as stranger:
        for path in ("kernels", "sessions", "kernelspecs", "terminals", "me", "status"):
            assert (await stranger.get(f"/api/{path}")).status_code == 403
        assert (await stranger.get("/api")).json() == {"version": "2.21.1"}


async def test_kernelspecs_are_the_classes_with_pictures(people: People) -> None:
    async with await people.client("ada") as ada:
        found = (await ada.get("/api/kernelspecs")).json()
        one = (await ada.get("/api/kernelspecs/large")).json()
        picture = await ada.get(one["resources"]["logo-svg"])
        assert (await ada.get("/api/kernelspecs/quantum")).status_code == 404
        assert (await ada.get("/kernelspecs/large/kernel.json")).status_code == 404
    assert found["default"] == "python3"
    assert found["kernelspecs"]["large"] == one
    assert one["spec"]["language"] == "python"
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in picture.headers["content-security-policy"]


async def test_tokens_work_in_the_header_and_on_the_api_in_the_query(people: People) -> None:
    token = await people.token("ada")
    async with people.anonymous() as program:
        for scheme in ("token", "Bearer"):
            headers = {"Authorization": f"{scheme} {token}"}
            assert (await program.get("/api/kernels", headers=headers)).status_code == 200
        assert (await program.get(f"/api/kernels?token={token}")).status_code == 200
        assert (await program.get(f"/lab?token={token}")).status_code == 403


async def test_me_says_who_is_asking_and_what_they_may_do(people: People) -> None:
    asked = '{"contents": ["read", "write", "burn"], "kernels": ["execute"], "moon": ["read"]}'
    async with await people.client("ada") as ada:
        me = (await ada.get("/api/me", params={"permissions": asked})).json()
        bad = await ada.get("/api/me", params={"permissions": "[" * 10_000})
        worse = await ada.get("/api/me", params={"permissions": '{"a": 3}'})
    assert me["identity"]["username"] == "ada"
    assert me["permissions"] == {
        "contents": ["read", "write"],
        "kernels": ["execute"],
        "moon": [],
        "updatable_fields": [],
    }
    assert bad.status_code == worse.status_code == 400


async def test_status_counts_ones_own_kernels_only(people: People) -> None:
    async with await people.client("ada") as ada, await people.client("bob") as bob:
        await ada.post("/api/kernels")
        assert (await ada.get("/api/status")).json()["kernels"] == 1
        assert (await bob.get("/api/status")).json()["kernels"] == 0
