"""JupyterHub's configuration for the bench: loopback, local processes, one program that may ask.

`--allow-root` is given because CI's machines run everything as root; nobody else can sign in, since
the dummy authenticator has a password that is made up and thrown away here.
"""

import os
import secrets
from typing import Any, cast

# The name is JupyterHub's gift to its configuration files.
c: Any = cast(Any, get_config())  # type: ignore[name-defined]  # noqa: F821

public, api, inner = os.environ["BENCH_HUB_PORTS"].split()
folder = os.environ["BENCH_HUB_FOLDER"]

c.JupyterHub.bind_url = f"http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{inner}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{api}"
c.JupyterHub.db_url = f"sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{folder}/cookie-secret"
c.ConfigurableHTTPProxy.pid_file = f"{folder}/proxy.pid"

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = secrets.token_hex(16)
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = folder + "/{username}"
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.http_timeout = 120
c.Spawner.start_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = 0

c.JupyterHub.services = [{"name": "bench", "api_token": os.environ["BENCH_HUB_TOKEN"]}]
c.JupyterHub.load_roles = [
    {
        "name": "bench",
        "services": ["bench"],
        "scopes": ["admin:users", "admin:servers", "access:servers", "list:users"],
    }
]
