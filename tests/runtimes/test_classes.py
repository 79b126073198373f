from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.accounts.permissions import Role
from colonnade.kit.errors import Invalid
from colonnade.runtimes.classes import RuntimeClass, RuntimesSettings, runtimes_settings

CPU = {"name": "cpu", "display_name": "Python 3 · CPU"}


def test_without_configuration_there_is_one_class_that_fits_this_machine() -> None:
    settings = runtimes_settings({})
    (only,) = settings.classes
    assert only.name == "python3"
    assert only.memory >= 1 << 30
    assert only.pool > 0


def test_sizes_are_read_as_people_write_them() -> None:
    settings = runtimes_settings({"classes": [CPU | {"memory": "4 GiB", "disk": "500 MB"}]})
    assert settings.default.limits.memory_bytes == 4 << 30
    assert settings.default.limits.disk_bytes == 500_000_000


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"classes": []}, "classes"),
        ({"classes": "cpu"}, "classes"),
        ({"classes": [CPU, CPU]}, "two classes are named cpu"),
        ({"classes": [CPU, CPU | {"name": "python3"}]}, "put it first"),
        ({"classes": [CPU | {"name": "GPU!"}]}, "class GPU!: name"),
        ({"classes": [CPU | {"memory": "much"}]}, "class cpu: memory"),
        ({"classes": [CPU | {"memory": "1 MB"}]}, "class cpu: memory"),
        ({"classes": [CPU | {"cpus": 0}]}, "class cpu: cpus"),
        ({"classes": [CPU | {"gpu": 1}]}, "class cpu: gpu"),
        ({"classes": [CPU | {"accelerator": "T4"}]}, "go together"),
        ({"classes": [CPU | {"idle_seconds": 100, "warning_seconds": 100}]}, "less than"),
        ({"classes": [CPU | {"roles": ["emperor"]}]}, "class cpu: roles"),
        ({"classes": [{"display_name": "nameless"}]}, "class 1: name"),
        ({"classes": ["cpu"]}, "class 1"),
        ({"classes": [CPU], "queue": 3}, "queue"),
        ({"cpu_overcommit": 0}, "cpu_overcommit"),
    ],
)
def test_a_wrong_setting_is_named_with_its_class(section: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid, match="runtimes") as caught:
        runtimes_settings(section)
    assert said in caught.value.message


def test_a_class_may_only_name_an_environment_that_there_is() -> None:
    section = {"classes": [CPU | {"environment": "course-1"}]}
    assert runtimes_settings(section, {"course-1"})
    with pytest.raises(Invalid, match="class cpu: there is no environment named 'course-1'"):
        runtimes_settings(section, {"scientific-2026.11"})


def test_a_class_is_open_to_roles_and_to_named_people() -> None:
    open_to_all = RuntimeClass.model_validate(CPU)
    assert all(open_to_all.open_to("ada", role) for role in Role)
    narrow = RuntimeClass.model_validate(CPU | {"roles": ["admin"], "people": ["ada"]})
    assert narrow.open_to("ada", Role.ADMIN)
    assert not narrow.open_to("ada", Role.MEMBER)
    assert not narrow.open_to("ben", Role.ADMIN)


def test_a_class_survives_being_written_down() -> None:
    narrow = RuntimeClass.model_validate(CPU | {"roles": ["admin"], "people": ["ada"]})
    assert RuntimeClass.model_validate_json(narrow.model_dump_json()) == narrow


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["classes", "cpu_overcommit", "x"]), _JSON))
def test_any_table_is_understood_or_refused_in_words(section: dict[str, object]) -> None:
    with suppress(Invalid):
        assert runtimes_settings(section).classes


def test_the_reference_page_names_every_property_and_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/runtime-classes.md").read_text("utf-8")
    for model in (RuntimeClass, RuntimesSettings):
        for name, field in model.model_fields.items():
            row = next((line for line in page.splitlines() if line.startswith(f"| `{name}` |")), "")
            assert row, name
            if isinstance(field.default, bool):
                assert f"| `{str(field.default).lower()}` |" in row
            elif isinstance(field.default, float | int) and field.default < 1 << 20:
                assert f"| {field.default:g} |" in row
