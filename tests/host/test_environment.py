"""What counts as an environment, and what a layer over it looks like."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.environment import read_environment, write_layer
from colonnade.host.places import Places
from colonnade.kit.errors import Invalid
from colonnade.runtimes.engine import Limits


def test_a_folder_without_an_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not an environment"):
        read_environment(tmp_path)
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\n")
    with pytest.raises(Invalid, match="jupyter_server"):
        read_environment(tmp_path)
    (tmp_path / "lib/python3.11/site-packages/jupyter_server").mkdir(parents=True)
    (tmp_path / "pyvenv.cfg").write_text("home = /nowhere/bin\n")
    with pytest.raises(Invalid, match="interpreter"):
        read_environment(tmp_path)


@given(content=st.binary(max_size=200))
def test_no_configuration_file_does_harm(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("environment")
    (folder / "pyvenv.cfg").write_bytes(content)
    with pytest.raises(Invalid):
        read_environment(folder)


def test_a_layer_s_python_sees_the_environment_and_installs_beside_it(tmp_path: Path) -> None:
    environment = read_environment(Path(sys.prefix))
    places = Places(environment=environment.folder, layer=tmp_path / "layer")
    write_layer(places.layer, environment, places)
    code = "import sys, jupyter_server; print(sys.prefix, jupyter_server.__file__)"
    done = subprocess.run(
        [places.layer / "bin" / "python", "-c", code], capture_output=True, text=True, check=True
    )
    prefix, module = done.stdout.split()
    assert prefix == str(places.layer)
    assert module.startswith(str(environment.folder))


def test_threads_of_numeric_libraries_follow_the_processors() -> None:
    variables = Places().variables(Limits(cpus=1.5))
    assert variables["OPENBLAS_NUM_THREADS"] == variables["OMP_NUM_THREADS"] == "2"
    assert variables["PATH"].startswith("/opt/layer/bin:/opt/environment/bin:")
