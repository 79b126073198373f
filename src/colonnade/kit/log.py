"""Structured logs: one JSON object a line on standard error, without notebook content.

Use `log = get_logger(__name__)` and `log.info("event-name", key=value)`: the event is a short
constant in kebab-case, everything variable is a key. structlog's JSON renderer escapes control
characters, so what a stranger chose (a name, a path) cannot forge a line.
"""

import logging
import sys
from typing import cast

import structlog
from structlog.typing import FilteringBoundLogger


def configure_logging(level: str = "INFO") -> None:
    """Send structlog's and the standard library's records to standard error as JSON lines.

    Raises KeyError when `level` is not a name of the logging module's.
    """
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger whose lines carry the module's `name`."""
    return cast(FilteringBoundLogger, structlog.get_logger(module=name))
