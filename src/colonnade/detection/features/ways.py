"""What a call does outside Python, by its dotted name: runs, executes, clones, fetches.

To know another way of running, executing or fetching, add its dotted name to a pattern here.
"""

import re
from functools import lru_cache
from typing import Literal

from colonnade.detection.features.fetching import CLONERS, HUB

_RUNNERS = re.compile(
    r"^(?:os\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*)|subprocess\.\w+|pty\.spawn"
    r"|commands\.getoutput|asyncio\.create_subprocess_\w+|pexpect\.\w+|plumbum\.\w+|sh|invoke\.run"
    r"|(?:.*\.)?(?:system(?:_raw|_piped)?|getoutput|getstatusoutput|Popen|run_command|check_output|check_call"
    r"|run_?sh(?:ell)?|run_?cmd|run_?bash|exec_?cmd|exec_command|execute_?(?:command|cmd)))$"
)
_EXECUTORS = re.compile(
    r"^(?:exec|eval|runpy\.run_(?:path|module)|execfile|types\.FunctionType|timeit\.(?:timeit|repeat)"
    r"|c?[pP]rofile\.run)$|\.(?:run_cell|run_code|ex|runsource|runcode)$"
)
_MAGICS = frozenset(
    {"get_ipython.run_line_magic", "get_ipython.run_cell_magic", "get_ipython.magic"}
)
_IMPORTERS = frozenset({"__import__", "importlib.import_module"})
_FETCHERS = re.compile(
    r"^(?:gdown\.\w+|wget\.download|urllib\.request\.(?:url\w+|Request)|(?:requests|httpx)\.(?:get|"
    r"request|stream)|huggingface_hub\.\w+|torch\.hub\.\w+|pooch\.retrieve|tf\.keras\.utils\.get_file"
    r"|(?:.*\.)?(?:hf_hub_download|snapshot_download|load_file_from_url|urlretrieve|get_file"
    r"|load_state_dict_from_url|download_file_from_google_drive|download_url|download_file"
    r"|cached_download|download_from_url))$"
)
_ADDRESSED = re.compile(
    r"^(?:requests|requests_html|httpx|aiohttp|urllib3|cloudscraper|curl_cffi|tls_client)\.(?:\w+\.)*"
    r"(?:get|request|stream|urlopen)$|^pycurl\.(?:\w+\.)*setopt$|^(?:fsspec|smart_open)\.open$"
    r"|(?:^|\.)(?:urlopen|untar_data|SmartDL|URLopener\.retrieve)$|^huggingface_hub\.\w+\.get$"
)
"""Calls that fetch the address that they are given, also where one of their objects does."""
MAKERS = (
    *("requests.", "httpx.", "aiohttp.", "urllib3.", "cloudscraper.", "pycurl."),
    "huggingface_hub.",
)
"""Libraries whose objects fetch: a call on one is known by what made it."""
_PIP = re.compile(r"^pip\.(?:_internal\.)?(?:cli\.main\.)?main$")

Way = Literal[
    "command", "magic", "execute", "run", "install", "fetch", "hub", "addressed", "reach", ""
]


def is_consequential(name: str) -> bool:
    """Whether a call of this dotted name runs, executes, clones or fetches something."""
    return way_of(name) not in {"hub", "addressed", "reach", ""}


@lru_cache(16_384)
def way_of(name: str) -> Way:
    """What a call of this dotted name does outside Python."""
    if name in {"get_ipython.system", "get_ipython.getoutput", "get_ipython.system_raw"}:
        return "command"
    if name in _MAGICS:
        return "magic"
    if _EXECUTORS.search(name):
        return "execute"
    if _RUNNERS.match(name):
        return "run"
    if _FETCHERS.match(name) or CLONERS.search(name):
        return "fetch"
    if HUB.search(name):
        return "hub"
    if _PIP.match(name):
        return "install"
    if _ADDRESSED.search(name):
        return "addressed"
    return "reach" if name in _IMPORTERS or name == "getattr" else ""
