"""Codes that several services are to send to one telephone, so that it never falls silent.

One service sends a code to whoever signs in. Who hands one number to several fills somebody's
telephone. To know another name for a number, add it to `_TOLD_NUMBER`.
"""

import re
from collections import Counter

from colonnade.detection.features.feature import Collector, Kind

_CODES = re.compile(r"otp|sms|send_?-?code|verif(?:y|ication)|2fa")
_SIGNS_IN = re.compile(r"auth|log_?-?in|sign_?-?(?:in|up)|register|otp|sms|verif")
_NUMBER_KEYS = re.compile(
    r"[\"'](?:phone|mobile|cell_?phone|msisdn|celular|telefon\w*)(?:_?(?:number|no))?[\"']\s?:\s?"
    r"(?![\"']\s?[\"'])[^,}\n]{0,40}?\b([^\W\d]\w{2,30})\b\s*[,}]",
    re.IGNORECASE,
)
"""A name whose value is told as somebody's number."""
_TOLD_NUMBER = re.compile(
    r"https?://(?P<host>[\w.-]{4,80})/(?:(?!https?://|\n\n)[\s\S]){0,300}?"
    r"(?<![^\W_])(?:phone|tele?f?o?n?|mobile|msisdn|celular|cellphone|nomor|nomer|no_?hp|contact_?no)"
    r"(?:_?(?:number|no|num))?(?:[\"']\s?[:,]|=)(?!\s?[\"']\s?[,}])",
    re.IGNORECASE,
)
"""An address, and a telephone number among what it is told."""
MANY_SERVICES = 3
MANY_TOLD = 2


def read_codes(collector: Collector, text: str) -> None:
    """Note that one cell has several services send codes to telephones, or tells them a number."""
    hosts = _hosts_with(collector, _CODES)
    if len(hosts) < MANY_SERVICES and "://" in text:
        for found in _TOLD_NUMBER.finditer(text):
            hosts.setdefault(found["host"].lower(), text.count("\n", 0, found.start()) + 1)
        if len(hosts) < MANY_SERVICES and _tells_one_number(text):
            hosts = _hosts_with(collector, _SIGNS_IN)
    if len(hosts) >= MANY_SERVICES:
        collector.add(Kind.REPEATED, "codes-asked", min(hosts.values()))


def _hosts_with(collector: Collector, path: re.Pattern[str]) -> dict[str, int]:
    """The hosts with such a path in an address, with the line of each."""
    return {
        one.value.partition("/")[0]: one.line - collector.offset
        for one in collector.found.values()
        if one.kind in {Kind.URL, Kind.DOWNLOAD} and path.search(one.value.partition("/")[2])
    }


def _tells_one_number(text: str) -> bool:
    """Whether the same name stands for somebody's number in what several are told."""
    told = Counter(_NUMBER_KEYS.findall(text))
    return any(times >= MANY_TOLD for times in told.values())
