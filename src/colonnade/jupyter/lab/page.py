"""JupyterLab's one page: what its front end is told, and what the browser is told to refuse.

The page is the same for everybody. It never holds a token: the browser's cookie is what signs a
person in, and it cannot be read by scripts.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader

from colonnade.jupyter.lab.places import Places
from colonnade.kit.settings import Origins

DISABLED = (
    # Each of these needs a server of its own, or does what the platform does not allow.
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/apputils-extension:licenses-plugin",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/hub-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/pluginmanager-extension",
    # Ours stands in its place: the way back to the home page.
    "@jupyterlab/application-extension:logo",
    # The gate passes no debugger's messages on: they evaluate expressions and write files.
    "@jupyterlab/debugger-extension",
    # Outputs that are scripts run as the person who looks at them (docs: jupyter-surface).
    "@jupyterlab/javascript-extension",
    # Shows files in <embed>, which the page's policy refuses (object-src 'none').
    "@jupyterlab/pdf-extension",
)
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Page:
    """Renders the page. Made once; importing what it needs takes a second, so not on the loop."""

    def __init__(self, places: Places, base_url: str, frame_url: str = "") -> None:
        loader = FileSystemLoader(places.static)
        source, _, _ = loader.get_source(Environment(), "index.html")  # noqa: S701
        self._template = Environment(loader=loader, autoescape=True).get_template("index.html")
        self._base_url = base_url
        self._config = {**page_config(places, base_url), "outputFrameUrl": frame_url}
        self.inline_scripts = tuple(cast("list[str]", _INLINE_SCRIPT.findall(source)))

    def render(self, path: str) -> str:
        """The HTML for the address `path`, relative to the base URL ('lab/tree/a.ipynb')."""
        config = {**self._config, **read_address(path)}
        return self._template.render(
            page_config=config, base_url=self._base_url, ws_url="", custom_css=False
        )


def read_address(path: str) -> dict[str, str]:
    """What an address of JupyterLab's asks to see, as entries of its page configuration.

    An address that means nothing yields `notFoundUrl`, and JupyterLab says so in a dialog.
    """
    pattern = r"(lab|doc)(?:/workspaces/([a-zA-Z0-9\-_]+))?(?:/tree/(.*))?/?"
    found = re.fullmatch(pattern, path, re.DOTALL)
    parts = found.groups() if found else ("lab", None, None)
    mode, workspace, tree = parts
    shown = {
        "mode": "single-document" if mode == "doc" else "multiple-document",
        "workspace": workspace or "default",
        "treePath": tree or "",
    }
    return shown if found else {**shown, "notFoundUrl": "/" + path}


def page_config(places: Places, base_url: str) -> dict[str, Any]:
    """Everything JupyterLab's front end reads from its page, without a token and without paths
    of this machine."""
    from jupyter_server import version_info
    from jupyterlab import __version__
    from jupyterlab_server.config import LabConfig, get_page_config

    lab = LabConfig(app_name="JupyterLab", app_version=__version__, app_url="/lab")
    names = [name for name in lab.trait_names() if not name.endswith(("_dir", "_path"))]
    config: dict[str, Any] = {_camel(name): getattr(lab, name) for name in names}
    for name in (name for name in names if name.endswith("_url")):
        url = str(getattr(lab, name)).strip("/")
        config[_camel(name)] = f"/{url}" if url else ""
        config[_camel(f"full_{name}")] = base_url + url if url else ""
    config |= {
        "allow_hidden_files": False,
        "buildAvailable": False,
        "buildCheck": False,
        "delete_to_trash": False,
        "devMode": False,
        "exposeAppInBrowser": False,
        "fullStaticUrl": f"{base_url}static/lab",
        "ignorePlugins": [],
        "news": {"disabled": True},
        "notebookVersion": json.dumps(version_info),
        "preferredPath": "/",
        "quitButton": False,
        # Where a kernel sees its owner's files; shown in tips, never a path of this machine.
        "serverRoot": "/drive",
        "store_id": 0,
        "terminalsAvailable": True,
        "token": "",
    }
    folders = [str(folder) for folder in places.extensions]
    operators = get_page_config(folders, str(places.operator_settings))
    disabled = {*DISABLED, *cast("list[str]", operators.pop("disabledExtensions", []))}
    return {**config, **operators, "disabledExtensions": sorted(disabled)}


def content_security_policy(origins: Origins, base_url: str, inline_scripts: Iterable[str]) -> str:
    """What the browser lets JupyterLab's page do (facts: collaboration, 'Trust').

    Scripts come from the front end's own static folders only, so that nothing a notebook, a file or
    a collaborator brings can run as the person who looks at it. 'unsafe-eval' is needed: JupyterLab
    compiles schema validators. Pictures may come from anywhere, as Markdown cells link to them.
    """
    app = origins.app + base_url
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in inline_scripts)
    sockets = re.sub("^http", "ws", origins.app)
    directives = {
        "default-src": "'none'",
        "script-src": f"{app}static/lab/ {app}lab/extensions/ {hashes} 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": "'self' data: blob: http: https:",
        "media-src": f"'self' data: blob: {origins.content}",
        "connect-src": f"'self' {sockets}",
        "frame-src": f"blob: {origins.content} https:",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
