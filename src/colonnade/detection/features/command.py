"""Commands into features: what is run, with which verb and options, and what is fetched."""

import re
from dataclasses import replace

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.floods import read_flooding
from colonnade.detection.features.guessing import read_attack
from colonnade.detection.features.kept import (
    PYTHON,
    SHELLS,
    keep_output,
    run_own_file,
    scheduled,
    settings_in,
)
from colonnade.detection.features.listed import with_listed
from colonnade.detection.features.literal import read_text
from colonnade.detection.features.media import read_ffmpeg
from colonnade.detection.features.mining import read_mining, read_pool_text
from colonnade.detection.features.programs import read_program
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.features.revision import read_revision
from colonnade.detection.features.roles import (
    OUTPUT_OPTION,
    files_read,
    is_voice,
    pairs,
    pairs_of_media,
    parts_of,
    speaks_like,
)
from colonnade.detection.features.safety import read_command as read_safety
from colonnade.detection.features.safety import read_variable
from colonnade.detection.features.shell_loops import read_shell_loop
from colonnade.detection.features.targets import FETCHERS, read_targets
from colonnade.detection.features.tunnels import read_given_shell, read_tunnel
from colonnade.detection.features.waiting import read_waiting
from colonnade.detection.normalise.fold.values import file_key, text_of
from colonnade.detection.normalise.foreign import inline_code, shell_texts
from colonnade.detection.normalise.pipes import printed
from colonnade.detection.normalise.shell import Command, Constants, commands
from colonnade.detection.normalise.wrappers import carried, unwrap

_INTERPRETERS = SHELLS | {"perl", "ruby", "node", "php", "rscript"}
_LAUNCHERS = frozenset({"accelerate", "torchrun", "deepspeed", "poetry", "pipenv", "uv"})
_STARTERS = frozenset({"npx", "bunx", "uvx", "pipx"})
"""Fetch a program and start it: the next word is what runs."""
_DECODERS = frozenset({"base64", "base32", "xxd", "openssl", "gunzip", "zcat", "rev", "tr", "gpg"})
_HANDLING = frozenset(
    {"ffmpeg", "ffprobe", "ffplay", "avconv", "sox", "play", "cp", "mv", "rm", "ls", "ln", "echo"}
    | {"wget", "curl", "aria2c", "gdown", "yt-dlp", "youtube-dl", "rsync", "scp", "rclone", "aws"}
    | {"zip", "unzip", "tar", "7z", "rar", "unrar", "du", "stat", "file", "find", "touch", "mkdir"}
    | {"convert", "magick", "mogrify", "composite", "montage", "identify", "exiftool", "gsutil"}
    | {"git", "pip", "pip3", "apt", "apt-get", "conda", "printf", "test", "[", "chmod", "open"}
    | {"mkvmerge", "mp4box", "melt", "vlc", "mpv", "cd", "set", "export", "diff", "cat", "head"}
)
"""Programs that move, show or convert whatever files they are given."""
_TWO_PICTURES = 2
_KEYED = frozenset({"make", "curl"})
_SETTING = re.compile(r"[A-Za-z_]\w{1,40}=\S")
_VERB = re.compile(r"[A-Za-z][\w-]{1,30}")
_SUBSTITUTED = re.compile(
    r"(?:^|[\s;&|])(?:(?:ba|z|da)?sh|source|\.|eval|python3?)[ \t]+(?:-\w{1,8}[ \t]+)?"
    r"[\"']?(?:<\(|\$\(|`)[ \t]*(?:curl|wget)\b"
)
_SHORT_OPTIONS = {"-s": "source", "-t": "target"}
_XARGS_OPTIONS_WITH_VALUE = frozenset({"-I", "-n", "-P", "-L", "-d", "-a", "-s", "-E"})
MAX_ITEMS = 20
"""Of the items given to `xargs`: each may be a command of its own."""


def read_shell(
    collector: Collector, text: str, constants: Constants, inner: CodeReader, line: int = 0
) -> None:
    """Note every command in `text`; `line` is added to its lines."""
    read_given_shell(collector, text, line)
    _read_substituted(collector, text, line)
    read_shell_loop(collector, text, line)
    previous: Command | None = None
    flowing: str | None = None
    read: tuple[str, str] = "", ""
    for command in commands(text, constants):
        command = replace(command, line=command.line + line, end_line=command.end_line + line)
        given = flowing if previous is not None and previous.piped_into else command.heredoc or None
        if command.words[:1] == ("while",) and "read" in command.words and given:
            read = f"${command.words[-1]}", given
        elif read[0] and command.words[-1:] == read[:1] and _runs_word(command.words):
            inner.shell(read[1], command.line, command.end_line)
        for word in command.words[:MAX_ITEMS]:
            read_variable(collector, word, command.line, command.end_line)
        words = with_listed(unwrap(command.words), given, inner)
        rounds = [words]
        if words[:1] == ("xargs",):
            collector.add(Kind.COMMAND, "xargs", command.line, command.end_line)
            rounds, given = _rounds(words, given or _given_by_file(words, inner)), None
        for words in rounds:
            read_words(collector, words, command.line, command.end_line, inner)
        _code_given(command, words, given, inner)
        if command.heredoc and command.target:
            _read_kept(collector, command)
        flowing = printed(words, given, lambda path: text_of(inner.names.get(file_key(path))))
        keep_output(command, words, flowing, inner)
        if previous is not None and previous.piped_into:
            _piped(collector, previous, command)
        previous = command


def _read_kept(collector: Collector, command: Command) -> None:
    """A text that goes into a file: settings, or a program in another language."""
    read_pool_text(collector, command.heredoc, command.line, command.end_line)
    read_program(collector, command.heredoc, command.line, command.end_line)


def _read_substituted(collector: Collector, text: str, line: int) -> None:
    """`bash <(curl …)`, `sh -c "$(wget …)"`: what is fetched is run at once."""
    if "<(" in text or "$(" in text or "`" in text:
        for found in _SUBSTITUTED.finditer(text):
            at = text.count("\n", 0, found.start()) + 1 + line
            collector.add(Kind.OPAQUE, "downloaded-script", at)


def _runs_word(words: tuple[str, ...]) -> bool:
    """Whether the last word is run: `do eval "$l"`, `do sh -c "$l"`, `do $l`."""
    before = [word for word in words[:-1] if word != "do"]
    return not before or before == ["eval"] or (before[0] in SHELLS and before[-1] == "-c")


def _given_by_file(words: tuple[str, ...], inner: CodeReader) -> str:
    """What `xargs -a FILE` is given, where the notebook wrote the file."""
    places = [place for place, word in enumerate(words[:-1]) if word in {"-a", "--arg-file"}]
    path = words[places[0] + 1] if places else ""
    return text_of(inner.names.get(file_key(path))) or "" if path else ""


def _rounds(words: tuple[str, ...], given: str) -> list[tuple[str, ...]]:
    """The commands that `xargs` runs with what it is given; where that is not known, one."""
    place, mark = 1, ""
    while place < len(words) and words[place].startswith("-"):
        option, place = words[place], place + 1
        if option in _XARGS_OPTIONS_WITH_VALUE:
            place += 1
        if option.startswith(("-I", "-i", "--replace")):
            mark = (words[place - 1] if option == "-I" else option[2:]) or "{}"
            mark = mark.partition("=")[2] or "{}" if option.startswith("--") else mark
    run = words[place:]
    if not mark:
        return [(*run, *given.split()[:MAX_ITEMS])]
    lines = [line.strip() for line in given.splitlines()[:MAX_ITEMS]]
    return [tuple(one.replace(mark, line) for one in run) for line in lines] or [run]


def read_words(
    collector: Collector, words: tuple[str, ...], line: int, end_line: int, inner: CodeReader
) -> None:
    """Note one command, given as words with its wrappers still on."""
    words = unwrap(words)
    if not words:
        return
    if words[0][:1] in {"$", "{"}:
        collector.add(Kind.OPAQUE, "command", line, end_line)
    program, rest, is_script = _program(words)
    if program in SHELLS and (script := _inline_script(rest)):
        inner.shell(script, line, end_line)
        return
    if program == "eval":
        inner.shell(" ".join(rest), line, end_line)
        return
    if program == "python" and (script := _inline_script(rest)):
        inner.python(script, line, end_line)
        return
    given = shell_texts(inline_code(program, rest), program)
    for text in (*carried(words), *given, *scheduled(program, rest)):
        inner.shell(text, line, end_line)
    collector.add(Kind.COMMAND, program, line, end_line)
    run_own_file(words, program, line, end_line, inner)
    _arguments(collector, program, rest, is_script, line, end_line)
    if is_script and (settings := settings_in(rest, inner)):
        read_options(collector, settings, line, end_line)
    for word in words:
        read_text(collector, word, line, end_line, "argument")
    read_targets(collector, program, rest, line, end_line)
    read_ffmpeg(collector, program, rest, line, end_line)
    read_safety(collector, program, words, line, end_line)
    read_mining(collector, words[0], rest, line, end_line)
    read_attack(collector, program, rest, line, end_line)
    read_flooding(collector, program, rest, is_script, line, end_line)
    read_waiting(collector, program, rest, line, end_line)
    read_tunnel(collector, program, rest, line, end_line)
    if program in {"git", "pip", "pip3"}:
        read_revision(collector, program, rest, line, end_line)


def _program(words: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    """(program, its words, whether it is a script), seen through interpreters and launchers."""
    name = words[0].replace("\\", "/").rsplit("/", 1)[-1].lower()
    rest = words[1:]
    if name in _LAUNCHERS and rest and rest[0] in {"launch", "run"}:
        rest = rest[1:]
    if name in _LAUNCHERS:
        for place, word in enumerate(rest):
            if word.endswith(".py"):
                return word.rsplit("/", 1)[-1].lower(), rest[place + 1 :], True
    if name in _STARTERS and rest and not rest[-1].startswith("-"):
        rest = tuple(word for word in rest if word not in {"-y", "--yes", "-q", "run"})
        return _program(rest) if rest else (name, rest, False)
    if PYTHON.match(name):
        return _python_program(rest)
    if name in _INTERPRETERS and rest and not rest[0].startswith("-"):
        return rest[0].rsplit("/", 1)[-1].lower(), rest[1:], True
    return name, rest, words[0].startswith(("./", "/content", "/tmp/", "../"))  # noqa: S108 not opened


def _python_program(rest: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    for place, word in enumerate(rest):
        if word == "-m" and place + 1 < len(rest):
            return rest[place + 1].lower(), rest[place + 2 :], True
        if word == "-c":
            return "python", rest[place:], False
        if not word.startswith("-"):
            return word.replace("\\", "/").rsplit("/", 1)[-1].lower(), rest[place + 1 :], True
    return "python", rest, False


def _inline_script(rest: tuple[str, ...]) -> str:
    for place, word in enumerate(rest[:-1]):
        if re.fullmatch(r"-[a-z]*c", word):
            return rest[place + 1]
    return ""


def read_options(collector: Collector, words: tuple[str, ...], line: int, end_line: int) -> None:
    """Note the options among the words that a function hands on to a program which is not named."""
    _arguments(collector, "", words, True, line, end_line)


def _arguments(
    collector: Collector, program: str, rest: tuple[str, ...], is_script: bool, line: int, end: int
) -> None:
    keyed = program in _KEYED
    names = [word.partition("=")[0].lower() for word in rest if keyed and _SETTING.match(word)]
    verb = ""
    for word in _keys_as_options(rest) if is_script else rest:
        if word.startswith("-") and len(word) > 1:
            option = word.split("=", 1)[0].replace("_", "-")
            collector.add(Kind.OPTION, option, line, end)
            names.append(_SHORT_OPTIONS.get(option, option) if is_script else option)
        elif _VERB.fullmatch(word):
            collector.add(Kind.WORD, word, line, end)
            verb = verb or (word if not names else "")
    if verb and program:
        collector.add(Kind.SUBCOMMAND, f"{program} {verb}", line, end)
        if is_script:
            collector.add(Kind.VERB, verb, line, end)
    for pair in pairs(names):
        collector.add(Kind.MEDIA, pair, line, end)
    if is_script:
        _inputs(collector, names, rest, line, end)
    elif program not in _HANDLING:
        _files_together(collector, files_read(rest), line, end)


def _keys_as_options(words: tuple[str, ...]) -> tuple[str, ...]:
    """`portrait=a.png` as `--portrait=a.png`: scripts that read settings are given them so."""
    return tuple(f"--{word}" if _SETTING.match(word) else word for word in words)


def _inputs(
    collector: Collector, names: list[str], rest: tuple[str, ...], line: int, end: int
) -> None:
    """The parts that a script's inputs play, by the names of options and by kinds of files."""
    for name in names:
        for part in parts_of(name) if not OUTPUT_OPTION.search(name) else ():
            collector.add(Kind.ROLE, part, line, end)
        if is_voice(name):
            collector.add(Kind.ROLE, "voice", line, end)
    media = files_read(rest)
    for medium in sorted(set(media)):
        collector.add(Kind.ROLE, f"{medium}-file", line, end)
    _files_together(collector, media, line, end)
    if speaks_like(rest):
        collector.add(Kind.MEDIA, "audio-file+text", line, end)


def _files_together(collector: Collector, media: list[str], line: int, end: int) -> None:
    for pair in pairs_of_media(set(media)):
        collector.add(Kind.MEDIA, pair, line, end)
    if media.count("still") == _TWO_PICTURES:
        collector.add(Kind.MEDIA, "still-file+still-file", line, end)


def _code_given(
    command: Command, words: tuple[str, ...], given: str | None, inner: CodeReader
) -> None:
    """Code that comes through standard input, where it is known what comes."""
    if not given or not words:
        return
    program, rest, _ = _program(words)
    first, last = command.line, command.end_line
    if command.heredoc:
        first, last = first + 1, first + 1 + command.heredoc.count("\n")
    python = PYTHON.match(words[0]) if program == "stdin" else program == "python"
    if (python and "-c" not in rest) or command.target.endswith(".py"):
        inner.python(given, first, last)
    elif (
        (program in SHELLS and not _inline_script(rest))
        or command.target.endswith((".sh", ".bash"))
        or "/dev/stdin" in words[1:2]
        or program in {".", "source"}
    ):
        inner.shell(given, first, last)


def _piped(collector: Collector, before: Command, after: Command) -> None:
    """Code that arrives through a pipe: what it is cannot be seen here."""
    receiver = unwrap(after.words)[:1]
    giver = unwrap(before.words)[:1]
    if not receiver or not giver:
        return
    name = receiver[0].rsplit("/", 1)[-1]
    if name not in SHELLS and not PYTHON.match(name):
        return
    source = giver[0].rsplit("/", 1)[-1]
    if source in _DECODERS:
        collector.add(Kind.OPAQUE, "decoded-pipe", before.line, after.end_line)
    elif source in FETCHERS:
        collector.add(Kind.OPAQUE, "downloaded-script", before.line, after.end_line)
