"""The kinds of observations, their sources and the attributes that each carries.

What sees and what judges agree here and nowhere else. Every attribute is optional to a reader,
small (`ledger.service` bounds them) and without the text of a notebook. Texts that came from a
runtime are data: they are shown as text only, and compared, never run.

- `exec`, of the program's path as the runtime names it: pid, started (seconds since the epoch),
  parent, command (redacted, quoted like a shell's), cut (bool), folder (where it runs), via
  (notification, connector, scan), image (file, memfd, deleted).
- `exec-refused`: the same, and rule, category, reason (rule, late, unjudged), count, repeated (the
  like was told before, and these were counted since).
- `folder`, of a folder with the root that it lies under, such as `/content/a/b`: extension, count,
  bytes, grown (files since the last walk), format (by magic, of most samples), sampled, of_format.
  A format is one of `sensors.files.magic.FORMS` (dfl-aligned-face, faceswap-aligned-face,
  dfl-faceset, jpeg, png, mp4, onnx, pickle, zip, elf, text, …) or `data`; extensions are in lower
  case and without a dot. What lay in /drive, /opt/layer or /tmp at the first look has not grown.
- `file`, likewise: bytes, format, sha256 (of files up to 64 MiB), features (JSON
  `[[kind, value], …]` as `detection` knows them, the most telling first, 1,000 characters at most).
- `tree`, of a program's folder: features (likewise; `fork` and `tree-path`).
- `load`, of nothing: seconds, cpu_share (0 to 1 of what it may use), cpus (used on average),
  memory_bytes, processes, read_bytes, written_bytes. Each ten seconds while it works.
- `gpu`, of the device's name: seconds, share (0 to 1), memory_bytes, processes; share and
  memory_bytes only where the driver tells them.
- `egress`, `egress-refused`, of a host: see `host.egress.accounting`.
- `output`, of the form of progress that was recognised: count, example (redacted).
- `hook`, of the SHA-256 of a source text: origin (computed, code, literal, module, command),
  features (as above).
- `gap`, of what is not seen whole (queue-full, argument-race, hook-silent, hook-flood, walk-bound,
  unreadable, unexamined, unknown-owner, tracer-lost, …): count, detail, sensor.
- `finding`, of a rule's id, when a rule over conduct holds over what was seen of one runtime: rule,
  rules_version, category, axis, confidence, scope, sensors (sources that the evidence comes from,
  sorted, divided by spaces), outside (bool: none of it came from inside the sandbox), first_at and
  last_at (ISO times of the evidence), seconds (from the first sign to the finding), times (how
  often it held, when told again), evidence.0 to evidence.7 (`source: text`).
"""

EXEC, EXEC_REFUSED = "exec", "exec-refused"
FOLDER, FILE, TREE = "folder", "file", "tree"
LOAD, GPU = "load", "gpu"
OUTPUT, HOOK = "output", "hook"
GAP = "gap"
FINDING = "finding"

PROCESS_SENSOR, FILE_SENSOR, LOAD_SENSOR, GPU_SENSOR = "process", "files", "load", "gpu"
EGRESS_SENSOR, HOOK_SENSOR, OUTPUT_SENSOR = "egress", "hook", "output"
CONDUCT = "conduct"
"""The source of findings: whoever judges what sensors saw."""

MOST_EVIDENCE = 8
EVIDENCE_CHARACTERS = 400
