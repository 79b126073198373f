"""What is done to pictures, video and sound, by whatever library: inputs, steps and outputs.

Calls are known by the last words of their dotted name, since libraries are renamed and vendored;
commands of `ffmpeg` by what goes in and what comes out. To know another step, add a line to
`_CALLS`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.roles import OUTPUT_OPTION, medium_of, pairs_of_media, parts_of
from colonnade.detection.features.voices import is_ready_made
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of

_CALLS: tuple[tuple[str, Kind, str], ...] = (
    (r"files\.upload|file_uploader|fileupload|_upload_file\w*", Kind.INPUT, "upload"),
    (r"drive\.mount", Kind.INPUT, "drive"),
    (r"take_photo|record_(?:audio|video|webcam)\w*|get_audio|eval_js|camera_input|sd\.rec"
     r"|videostream", Kind.INPUT, "camera"),
    (r"pytube\.youtube|youtubedl|youtube_dl\.\w+|yt_dlp\.\w+", Kind.INPUT, "video-address"),
    (r"(?:gr|gradio)(?:\.\w+)*\.(?:interface|blocks|tabbedinterface)", Kind.INPUT, "web-form"),
    (r"videocapture|mimread|get_reader|videofileclip|read_video|videoreader|load_video"
     r"|load_driving_video|vread|video_to_frames|decord\.\w+", Kind.INPUT, "frames-read"),
    (r"videowriter|mimsave|mimwrite|write_videofile|save_videos?(?:_grid)?|write_video|create_video"
     r"|export_to_video|save_to_mp4"
     r"|images?_to_video|frames?_to_video|vwrite|to_html5_video|write_gif", Kind.OUTPUT,
     "video-written"),
    (r"ipython_display|display\.video|show_video|display_video|st\.video|play_video|showvideo",
     Kind.OUTPUT, "video-shown"),
    (r"display\.audio|st\.audio|play_audio", Kind.OUTPUT, "audio-shown"),
    (r"torchaudio\.save|soundfile\.write|sf\.write|wavfile\.write|write_audiofile|save_wav"
     r"|audio\.export|write_wav", Kind.OUTPUT, "audio-written"),
    (r"extract_frames|save_frames|videotoframes|get_frames|split_video", Kind.STAGE, "frames-out"),
    (r"imagesequenceclip|reassemble\w*|merge_frames|combine_frames", Kind.STAGE, "frames-in"),
    (r"extract_audio|audio_from_video", Kind.STAGE, "audio-out"),
    (r"set_audio|with_audio|add_audio|restore_audio|merge_audio\w*|combine_audio\w*"
     r"|concatenate_audio", Kind.STAGE, "audio-in"),
    (r"mtcnn|retinaface|get_frontal_face_detector|cascadeclassifier|face_?analysis|face_locations"
     r"|face_detection|detect_?faces?|extract_faces?|get_(?:one|many)_faces?|s3fd|blazeface"
     r"|facedetection|cnn_face_detection_model_v1|get_faces?|crop_faces?|facedetectoryn(?:\.create)?"
     , Kind.STAGE,
     "face-detect"),
    (r"facealignment|shape_predictor|facemesh|get_landmarks\w*|face_landmarks|facelandmarker"
     r"|detect_landmarks", Kind.STAGE, "face-landmarks"),
    (r"inceptionresnetv1|face_encodings|deepface\.represent|arcface\w*|get_face_embedding\w*"
     r"|get_embedding|face_embedding|extract_identity|id_encoder|facerecognizersf(?:\.create)?",
     Kind.STAGE, "face-embed"),
    (r"norm_crop\w*|estimate_norm|get_face_chips?|align_faces?|warp_face\w*|crop_and_align"
     r"|face_align\w*|umeyama", Kind.STAGE, "face-align"),
    (r"bisenet|face_parsing|parse_face|xseg\w*|face_mask\w*|create_mask_face|faceparser"
     r"|get_face_mask", Kind.STAGE, "face-mask"),
    (r"gfpganer|codeformer\w*|restoreformer|face_?enhancer|enhance_faces?|restore_faces?"
     r"|facerestorehelper|gpen\w*", Kind.STAGE, "face-restore"),
    (r"(?:\w*_)?(?:face_?swap\w*|swap_?(?:face|head|video|identity)\w*|video_swap)"
     r"|(?:face_?)?swapper(?:\.get)?", Kind.STAGE, "face-swap"),
    (r"lip_?sync\w*|wav2lip\w*|syncnet\w*|sync_lips", Kind.STAGE, "lip-sync"),
    (r"make_animation|kp_detector|keypoint_?detector|animate_\w+|transfer_motion|motion_extractor"
     r"|reenact\w*|drive_face|occlusionawaregenerator|normalize_kp|animatefromcoeff\w*|cropandextract"
     r"|audio2coeff", Kind.STAGE, "motion"),
    (r"embed_utterance|get_conditioning_latents|load_voices?|speaker_encoder|speakerencoder"
     r"|get_se|compute_speaker_embedding\w*|voiceencoder|preprocess_wav|embed_speaker"
     r"|extract_speaker\w*", Kind.STAGE, "speaker-embed"),
    (r"crepe\.predict|pyworld\.\w+|extract_f0\w*|compute_f0\w*|get_f0\w*|rmvpe|pw\.harvest|pw\.dio",
     Kind.STAGE, "pitch"),
    (r"tts(?:_with_vc)?(?:_to_file)?|tts_with_preset|synthesi[sz]e\w*|texttospeech|synthesizer"
     r"|generate_speech|text_to_speech|infer_vocoder|vocoder\.\w+|griffin_lim", Kind.STAGE,
     "synthesis"),
    (r"separate_(?:audio|vocals?)\w*|separator|demucs\.\w+|spleeter\.\w+", Kind.STAGE,
     "separate-voice"),
    (r"seamlessclone", Kind.BLEND, "seamless-clone"),
    (r"image\.composite|paste_?back|blend_faces?|paste_faces?_\w+|paste_upscale|poisson_blend\w*|face_paste\w*",
     Kind.BLEND, "alpha-mask"),
)  # fmt: skip
_CALL = re.compile(
    "(?:^|\\.)(?:" + "|".join(f"(?P<k{n}>{one[0]})" for n, one in enumerate(_CALLS)) + ")$"
)
_LOOKED_UP = re.compile(
    r"(?:config\w*|cfg|conf|parser|settings?|requests|session|httpx|client|dict|environ|options?"
    r"|params?|kwargs|redis|cache|registry)$"
)
"""What is asked for a value by three words: `config.get(section, key, default)`."""
_GATHERING = ("join", "print", "format", "zip", "replace", "move", "copy", "remove", "with")
"""Calls that are given names of files and do not look into them."""
_OPENING = ("handle_file", "open", "Path", "file", "str")
_RESTORING = re.compile(r"enhance|restor|upscale|gfpgan|codeformer|process")
_MAY_OPEN = frozenset({"call", "keyword_argument"})
MAX_PATH = 400
_ANIMATED = frozenset({"still", "video", "driver", "face", "audio"})
_WEB_INPUTS = re.compile(r"^(?:gr|gradio|st)(?:\.\w+)*\.(image|video|audio|file)$")
_NAMED_FRAMES = re.compile(r"%0?\d*d|\*\.(?:png|jpe?g)$")
_FFMPEG = frozenset({"ffmpeg", "ffmpeg.exe", "avconv"})


def read_call(
    collector: Collector, name: str, named: Iterable[str], positional: int, line: int, end: int
) -> None:
    """Note what the call of this dotted name does to media.

    `named` are the names of its keywords and of the variables it is given, `positional` counts the
    arguments without a keyword.
    """
    for kind, value in _steps_of(name[:400]):
        collector.add(kind, value, line, end)
    given = set(named)
    if "files" in given and name.endswith(".clone"):
        collector.add(Kind.STAGE, "voice-made", line, end)
    if _is_swap(name, "paste_back" in given, positional):
        collector.add(Kind.STAGE, "face-swap", line, end)
    if {"kp_source", "kp_driving"} <= given or {"source_kp", "driving_kp"} <= given:
        collector.add(Kind.STAGE, "motion", line, end)
    if name.lower().endswith("animate") and any(parts_of(one) & _ANIMATED for one in given):
        collector.add(Kind.STAGE, "motion", line, end)


def _is_swap(name: str, pastes_back: bool, positional: int) -> bool:
    """`x.get(frame, there, here)`, whatever `x` is called.

    Restorers put the face back that was there.
    """
    receiver, _, last = name.lower().rpartition(".")
    if receiver and last == "get":
        return pastes_back or (positional >= 3 and not _LOOKED_UP.search(receiver))
    return pastes_back and positional >= 3 and not _RESTORING.match(last)


@lru_cache(16_384)
def _steps_of(name: str) -> tuple[tuple[Kind, str], ...]:
    """What a call of this dotted name does to media; its last three words decide."""
    lowered = name.lower()
    found = _CALL.search(".".join(lowered.rsplit(".", 3)[-3:]))
    steps = [_CALLS[int(str(found.lastgroup)[1:])][1:]] if found is not None else []
    if web := _WEB_INPUTS.match(lowered):
        steps.append((Kind.INPUT, f"web-{web[1]}".replace("image", "still")))
    return tuple(steps)


def read_ffmpeg(
    collector: Collector, program: str, words: Sequence[str], line: int, end: int
) -> None:
    """Note the steps that one command of ffmpeg takes, by its inputs and its output."""
    if program not in _FFMPEG or not words:
        return
    inputs = [after for word, after in pairwise(words) if word == "-i"]
    output = words[-1].lower()
    medium = medium_of(output)
    frames_in = any(_NAMED_FRAMES.search(one.lower()) for one in inputs)
    if medium == "video":
        collector.add(Kind.OUTPUT, "video-written", line, end)
        if frames_in:
            collector.add(Kind.STAGE, "frames-in", line, end)
        if len(inputs) > 1:
            collector.add(Kind.STAGE, "audio-in", line, end)
    elif medium == "still" and (_NAMED_FRAMES.search(output) or "-vf" in words):
        collector.add(Kind.STAGE, "frames-out", line, end)
    elif medium == "audio" and {"video", ""} & {medium_of(one) for one in inputs}:
        collector.add(Kind.STAGE, "audio-out", line, end)


def read_path(collector: Collector, name: str, path: str, line: int, end: int) -> None:
    """Note a media file that the variable `name` is given to read; '' for none."""
    medium = "" if is_ready_made(path) else medium_of(path)
    if medium and not OUTPUT_OPTION.search(name.lower()):
        collector.add(Kind.INPUT, f"{medium}-path", line, end)


@lru_cache(8192)
def takes_files(name: str) -> bool:
    """Whether a call of this dotted name may look into the files that it is given."""
    return not name.endswith(_GATHERING)


def read_files(collector: Collector, given: Iterable[str | None], line: int, end: int) -> None:
    """Note that one call is given a picture's file and then a sound's, where these are known.

    The other way round, a picture is usually drawn from the sound.
    """
    media = [medium_of(text) for text in given if text and len(text) <= MAX_PATH]
    if "still" not in media:
        return
    after = media[media.index("still") :]
    if "audio" in after:
        collector.add(Kind.MEDIA, "still-file+audio-file", line, end)
    # The last film is written.
    if media.count("video") > 1 and "video" in after:
        collector.add(Kind.MEDIA, "still-file+video-file", line, end)


def opened(argument: Node) -> Node:
    """What is opened in an argument: `handle_file("a.png")`, `open("a.png", "rb")`; or itself."""
    if argument.type not in _MAY_OPEN:
        return argument
    value = argument.child_by_field_name("value") or argument
    function = value.child_by_field_name("function") if value.type == "call" else None
    if function is None or not source_of(function).endswith(_OPENING):
        return argument
    return next(iter(arguments_of(value)), argument)


def asked(collector: Collector, media: Iterable[str], line: int, end: int) -> None:
    """Note the unequal pairs among the media that one cell asks for."""
    for pair in pairs_of_media(set(media)):
        collector.add(Kind.ASKED, pair, line, end)
