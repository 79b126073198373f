"""What comments, titles and text between the cells speak of, in several languages; weak.

Words decide nothing: who writes 'deepfake' may well detect them. They only support what the code
shows. To know another language, add its words to the subject in `_SUBJECTS`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.urls import addresses, canonical

_SUBJECTS: dict[str, str] = {
    "deepfake": r"deep[- ]?fakes?|дипфейк\w*|深度伪造|深偽|ディープフェイク|딥페이크|ديب ?فيك",
    "face-swap": r"face[- ]?swap\w*|swap(?:ping)? (?:the |your |a )?faces?|replace (?:the |a )?face"
    r"|troca de rosto\w*|trocar (?:o )?rosto|cambi\w+ (?:de |la )?cara|intercambi\w+ (?:de )?rostro"
    r"|changement de visage|remplacer le visage|gesicht\w* (?:aus)?tausch\w*"
    r"|замен\w+ лиц\w*|换脸|換臉|顔交換|顔を入れ替|얼굴 ?(?:교체|바꾸)"
    r"|ganti wajah|tukar wajah|yüz değiştir\w*"
    r"|تبديل الوجه|đổi mặt|ghép mặt",
    "animate-face": r"talking[- ](?:head|face|photo|avatar)|face reenactment"
    r"|driving (?:video|image)"
    r"|animate (?:a |the |your )?(?:photo|face|portrait|picture)|оживи\w* фото|让照片(?:动|说话)",
    "lip-sync": r"lip[- ]?sync\w*|sincroni\w+ (?:de |dos )?l[aá]bi\w+|lippensynchron\w*"
    r"|синхронизац\w+ губ|口型|唇形|对口型|リップシンク|립싱크",
    "voice-clone": r"voice[- ]?clon\w*|clon\w+ (?:a |the |your |any |his |her |any )?voice"
    r"|voice conversion|clon\w+ (?:de |a |la )*(?:voz|voix)|stimme\w* klon\w*"
    r"|клонирован\w+ голос\w*|声音克隆|语音克隆|音色克隆|음성 ?복제|klon\w* suara",
    "somebody": r"celebrit\w+|famous (?:person|people)|politician\w*|actress"
    r"|your (?:friend|ex|crush)|знаменитост\w*|明星|名人|famos[oa]s?",
    "nudity": r"nsfw|nud(?:e|es|ity)|porn\w*|undress\w*|uncensored"
    r"|без цензуры|порно\w*|裸|色情|desnud\w*",
    "detection": r"(?:detect|recogni[sz])\w* (?:of )?(?:deep)?-?fakes?|fake (?:detection|detector)"
    r"|forensic\w*|real (?:or|vs\.?) fake|fake (?:or|vs\.?) real|anti-?spoof\w*|liveness"
    r"|обнаружен\w+ (?:дип)?фейк\w*|检测|detecção|detección|erkennung",
    "course": r"homework|assignment \d|lecture|coursework|exercise \d|tutorial|thesis|lab \d"
    r"|лабораторн\w+|作业|课程|übung\w*|tp ?n?°? ?\d|tarea",
    "consent": r"consent\w*|with (?:their )?permission|my own (?:face|voice)"
    r"|einwilligung|согласи\w+",
    "anonymise": r"anonymi[sz]\w*|blur\w* (?:the )?faces?|de-?identif\w*|privacy",
    "forbidden": r"bypass\w*|undetect\w*|avoid (?:the )?(?:ban|detection)|not (?:get )?banned"
    r"|обход\w*|绕过|防封",
}
_SUBJECT = re.compile(
    "|".join(f"(?P<s{n}>(?<!\\w)(?:{words}))" for n, words in enumerate(_SUBJECTS.values()))
)
_NAMES = tuple(_SUBJECTS)
_HINT = re.compile(r"://|[^\W\d_]{3}")
MAX_COMMENT = 20_000
MAX_FOUND = 40


def read_comment(collector: Collector, text: str, line: int, end_line: int | None = None) -> None:
    """Note what `text` speaks of and the addresses in it."""
    text = text[:MAX_COMMENT]
    if not _HINT.search(text):
        return
    for count, found in enumerate(_SUBJECT.finditer(text.lower())):
        if count >= MAX_FOUND:
            break
        collector.add(Kind.COMMENT, _NAMES[int(str(found.lastgroup)[1:])], line, end_line)
    for address in addresses(text)[:MAX_FOUND]:
        collector.add(Kind.LINK, canonical(address), line, end_line)


def read_prose(collector: Collector, text: str) -> None:
    """Note what the text of a Markdown cell speaks of, line by line."""
    for number, line in enumerate(text[:MAX_COMMENT].split("\n"), 1):
        if line.strip():
            read_comment(collector, line, number)
