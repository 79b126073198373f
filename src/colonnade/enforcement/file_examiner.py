"""The process that examines whole files: reads frames, scans, answers. It knows nobody.

Started as `python -m colonnade.enforcement.file_examiner [RULES]` by `file_workers`, which kills it
when it takes too long. A request (see `frames`) names a file to open, or announces its bytes:

    → {"path": "work/a.ipynb"}
    → {"tree": "work"}               a folder as one program, without its files one by one
    → {"name": "a.ipynb", "bytes": 5120}, and then so many bytes
    ← {"sha256": "…", "findings": […], "excerpts": [[cell, first, last, ["…"]], …],
       "unscannable": [[cell | null, "…"], …], "problem": null,
       "members": [{"path": "a.zip!/b.py", …}, …]}       of an archive, the same for each

`problem` is set when the input is unusable: `{"code": "invalid", "message": "…", "remedy": "…"}`.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from colonnade.detection.findings import to_json
from colonnade.detection.match import Finding
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned, scan_bytes, scan_file, scan_tree
from colonnade.kit import frames
from colonnade.kit.errors import ColonnadeError

CPU_SECONDS = 60
"""Well above the keeper's own budget, which is the one that counts."""
MAX_FINDINGS_OF_A_RULE = 20
"""A rule over cells may hold in thousands; each such finding leads to the same step."""
MAX_UNSCANNABLE_SENT = 50


def answer(rules: RuleSet, request: dict[str, Any], data: bytes | None) -> dict[str, Any]:
    """What is found in the requested file; never an error, and never 'clean' for a fault."""
    try:
        scanned = _scan(rules, request, data)
    except ColonnadeError as problem:
        said = {"code": problem.code, "message": problem.message, "remedy": problem.remedy}
        return {"problem": said}
    except (MemoryError, RecursionError):
        return _gave_up("examining it needs more memory than there is for it")
    except Exception as problem:  # The edge of a process: a fault of ours must not mean 'allow'.
        return _gave_up(f"the examiner stumbled over it ({type(problem).__name__})")
    return _told(scanned)


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    rules = load_rules(Path(sys.argv[1])) if len(sys.argv) > 1 else default_rules()
    frames.confine()
    frames.write({"ready": rules.version})

    def examine(request: dict[str, Any]) -> dict[str, Any]:
        data = frames.read_bytes(int(request["bytes"])) if "bytes" in request else None
        return answer(rules, request, data)

    frames.serve(examine, CPU_SECONDS)


def _scan(rules: RuleSet, request: dict[str, Any], data: bytes | None) -> Scanned:
    if data is not None:
        return scan_bytes(rules, str(request["name"]), data)
    if "tree" in request:
        return scan_tree(rules, Path(request["tree"]))
    return scan_file(rules, Path(request["path"]))


def _gave_up(reason: str) -> dict[str, Any]:
    return _told(Scanned("", "", unscannable=((None, reason),)))


def _told(scanned: Scanned) -> dict[str, Any]:
    findings = to_json(list(_few_of_each(scanned.findings)))
    spans = {(one[0], one[4], one[5]) for finding in findings for one in finding["evidence"]}
    return {
        "sha256": scanned.sha256,
        "findings": findings,
        "excerpts": [[*span, list(scanned.excerpts[span])] for span in sorted(spans)],
        "unscannable": [list(one) for one in scanned.unscannable[:MAX_UNSCANNABLE_SENT]],
        "problem": None,
        "members": [{"path": one.path, **_told(one)} for one in scanned.members],
    }


def _few_of_each(findings: Sequence[Finding]) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding.rule] += 1
        if counts[finding.rule] <= MAX_FINDINGS_OF_A_RULE:
            yield finding


if __name__ == "__main__":
    main()
