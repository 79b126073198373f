"""Codes that several services are to send to one telephone, so that it never falls silent.

One service sends a code to whoever signs in. Who hands one number to several fills somebody's
telephone. To know another name for a number, add it to `_TOLD_NUMBER`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind

_CODES = re.compile(r"otp|sms|send_?-?code|verif(?:y|ication)|2fa")
_TOLD_NUMBER = re.compile(
    r"https?://(?P<host>[\w.-]{4,80})/(?:(?!https?://|\n\n)[\s\S]){0,300}?"
    r"(?<![^\W_])(?:phone|tele?f?o?n?|mobile|msisdn|celular|cellphone|nomor|nomer|no_?hp|contact_?no)"
    r"(?:_?(?:number|no|num))?(?:[\"']\s?[:,]|=)(?!\s?[\"']\s?[,}])",
    re.IGNORECASE,
)
"""An address, and a telephone number among what it is told."""
MANY_SERVICES = 3


def read_codes(collector: Collector, text: str) -> None:
    """Note that one cell has several services send codes to telephones, or tells them a number."""
    hosts = {
        one.value.partition("/")[0]: one.line - collector.offset
        for one in collector.found.values()
        if one.kind in {Kind.URL, Kind.DOWNLOAD} and _CODES.search(one.value.partition("/")[2])
    }
    if "://" in text:
        for found in _TOLD_NUMBER.finditer(text):
            hosts.setdefault(found["host"].lower(), text.count("\n", 0, found.start()) + 1)
    if len(hosts) >= MANY_SERVICES:
        collector.add(Kind.REPEATED, "codes-asked", min(hosts.values()))
