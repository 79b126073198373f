"""What doctor says of the machine's own way out, from the kernel's tables alone."""

from pathlib import Path

from colonnade.host.egress.outlook import outlook

ROUTES = "Iface\tDestination\tGateway\neth0\t{}\t0101A8C0\n"


def machine(folder: Path, route: str, resolv: str) -> Path:
    (folder / "route").write_text(ROUTES.format(route))
    (folder / "resolv.conf").write_text(resolv)
    return folder


def test_a_route_and_a_name_server_are_a_way_out(tmp_path: Path) -> None:
    place = machine(tmp_path, "00000000", "# x\nnameserver 192.0.2.53\n")
    line = outlook(place, place)
    assert (line.level, "192.0.2.53" in line.detail) == ("full", True)


def test_what_is_missing_is_said_with_its_remedy(tmp_path: Path) -> None:
    place = machine(tmp_path, "0001A8C0", "nameserver 192.0.2.53\n")
    line = outlook(place, place)
    assert line.level == "reduced"
    assert "no default route" in line.detail
    place = machine(tmp_path, "00000000", "search lab.example\n")
    assert "no name server" in outlook(place, place).detail
    (tmp_path / "route").unlink()
    zeros = "0" * 32
    (tmp_path / "ipv6_route").write_text(f"{zeros} 00 {zeros} 00 fe80 1 0 0 0 eth0\n")
    assert "no name server" in outlook(place, place).detail


def test_a_machine_that_shows_nothing_has_no_way_out(tmp_path: Path) -> None:
    assert outlook(tmp_path, tmp_path).level == "reduced"
