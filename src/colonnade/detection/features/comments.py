"""What comments, titles and text between the cells speak of, in several languages; weak.

Words decide nothing: who writes 'deepfake' may well detect them. They only support what the code
shows. To know another language, add its words to the subject in `_SUBJECTS`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.urls import addresses, canonical

_EASTERN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Chinese, Japanese and Korean letters: their words follow each other without a space."""
_SUBJECTS: dict[str, str] = {
    "forbidden": r"bypass\w*|undetect\w*|not (?:get )?banned|обход\w*|绕过|防封"
    r"|(?:avoid|evade|evading|fool|beat)\w* (?:the |any )?(?:deep[- ]?fake )?(?:ban|detect\w+)",
    "detection": r"(?:detect|recogni[sz])\w* (?:of |the |any )?(?:deep[- ]?)?fakes?"
    r"|(?:deep[- ]?fakes?|fakes?|face[- ]?swap\w*|voice[- ]?clon\w+|lip[- ]?sync\w*)"
    r"[- ](?:(?:face|image|video|audio|voice|speech|media|forgery|artefact|artifact)s? )?"
    r"(?:detect|classif)\w+"
    r"|(?:detect|spott|expos)ing (?:\w+[- ]){0,2}(?:artefacts|artifacts|forger\w+)"
    r"|forensic\w*|real (?:or|vs\.?) fake|fake (?:or|vs\.?) real|anti-?spoof\w*|liveness"
    r"|обнаружен\w+ (?:дип)?фейк\w*|(?:伪造|换脸|深伪|造假|真伪|假脸)(?:检测|鉴别)|鉴伪|検出器"
    r"|ディープフェイク(?:の)?検出|딥페이크 ?탐지|detec(?:ção|ción) de (?:deep ?)?fakes?"
    r"|(?:deep)?fake-?erkennung",
    "deepfake": r"deep[- ]?fakes?|дипфейк\w*|深度伪造|深偽|ディープフェイク|딥페이크|ديب ?فيك",
    "face-swap": r"(?:face|facial)[- ]?(?:swap\w*|fusion)|roop|(?:in)?swapper|deep ?face ?lab"
    r"|swap(?:ping)? (?:the |your |a |any )?(?:\w+'s )?faces?"
    r"|replac(?:e|ing) (?:the |a |your |any )?faces?|put (?:your|any) face (?:on|in)(?:to)?"
    r"|(?:exchang|switch)(?:e|ing) (?:the |two |their |both )*faces?|head[- ]swap\w*"
    r"|troca de rosto\w*|trocar (?:o )?rosto|cambi\w+ (?:de |la )?cara|intercambi\w+ (?:de )?rostro"
    r"|changement de visage|remplacer le visage|gesicht\w* ?(?:aus)?tausch\w*"
    r"|(?:за|с)мен\w+ лиц\w*|换脸|換臉|变脸|顔交換|顔を入れ替|얼굴 ?(?:교체|바꾸|합성)"
    r"|ganti wajah|tukar wajah|yüz değiştir\w*|scambi\w+ (?:di |il )?volt[oi]"
    r"|[eé]chang\w+ (?:de |les |deux )*visages?|remplacement (?:de |du )?visages?"
    r"|(?:inter)?cambi\w+ (?:de |tu |las? |los? )*(?:caras?|rostros?)"
    r"|scambi\w+ (?:di |i |le )*facc[ei]"
    r"|(?:trocar?|substitu\w+) (?:de |o |os |a |as )*(?:rostos?|faces?|caras?)|zamian\w+ twarzy"
    r"|yüz (?:değiş|takas)\w*|ganti muka|चेहरा बदल\w*|подмен\w+ лиц\w*|تبديل الوجوه"
    r"|تبديل الوجه|đổi mặt|ghép mặt",
    "animate-face": r"(?:magic|easy|talking|live|real-?time)[- ]?animat\w+|sad-?talker"
    r"|live ?portrait"
    r"|talking[- ](?:head|face|photo|avatar|portrait|picture)s?|face reenactment"
    r"|everybody ?dance ?now|driving (?:video|image)|(?:portrait|face|photo|image) animation"
    r"|animat(?:e|ing) (?:(?:a|the|your|any|still|single|old|static) ){0,2}"
    r"(?:photo|face|portrait|picture|image)s?"
    r"|make (?:a |the |your |any )?(?:photo|portrait|picture)s? (?:talk|speak|sing|move)"
    r"|(?:faire|fait) parler (?:et \w+ )?(?:un |une |le |la |votre )?(?:portrait|photo|visage)s?"
    r"|(?:hacer|haz) (?:hablar|cantar) (?:a )?(?:un |una |tu |la |el )?(?:foto|retrato|cara)\w*"
    r"|fotos? (?:que )?(?:falantes?|falam|hablan|parlant\w+)|fotoğraf\w* (?:konuş|canlan)\w*"
    r"|говорящ\w+ (?:фото|портрет|голов|аватар)\w*"
    r"|(?:animar|animer) (?:un |una |une |la |tu )?(?:foto|photo|portrait|retrato|cara)\w*"
    r"|ожив\w* фото|让照片(?:动|说话)|照片(?:说话|唱歌)|数字人",
    "lip-sync": r"lip[- ]?sync\w*|wav2lip|muse ?talk"
    r"|sincroni\w+ (?:de |dos )?l[aá]bi\w+|lippensynchron\w*"
    r"|dub(?:bing|bed)? (?:the |a |any |your )?(?:\w{1,20} ){0,2}(?:videos?|movies?|voices?)"
    r"|synchronis\w+ (?:labiale|des l[eè]vres)|sincronizzazione labiale|dudak senkron\w*"
    r"|синхронизац\w+ губ|口型|唇形|リップシンク|립싱크",
    "voice-clone": r"voice[- ]?clon\w*\b(?! toolkit)"
    r"|(?:make|into|(?:speak|say|sing|read)\w* (?:\w+ ){0,3}(?:in|with)) "
    r"(?:(?:any|some)(?:one|body)(?: else)?|another person)['’]s voice"
    r"|voice to (?:be )?(?:imitate|clone|copy|mimic)d?"
    r"|clon(?:e|es|ing) (?:(?:a|the|your|any|his|her|my) )?voices?"
    r"|(?:singing )?voice (?:conversion|changer|imitation)|zero[- ]shot (?:tts|voice)"
    r"|clon\w+ (?:de |a |la |tu |tua |su |sua |di |della |votre |ta |una |mi |mia )*"
    r"(?:voz|voix|voce|vocale?)|stimme\w* klon\w*"
    r"|convers\w+ (?:de |la |di )*(?:voz|voix|voce)|stimm\w*klon\w*|klonowani\w+ głosu"
    r"|(?:клонирован\w+|замен\w+|подмен\w+) голос\w*"
    r"|голос\w* (?:любого|другого|чужого|известн\w+)"
    r"|(?:声音|语音|音色|人声)(?:克隆|复刻)|克隆(?:你的|任意|他人的)?(?:声音|语音|音色)"
    r"|(?:ai )?song covers?\b|rvc\b|fake ?you\b|uberduck|变声"
    r"|ai ?(?:翻唱|歌手|cover(?:s|er)?\b)|歌声转换|歌声変換|声質変換"
    r"|음성 ?(?:복제|변환)|klon\w* suara|ses klonla\w*",
    "somebody": r"celebrit\w+|famous (?:person|people)|politician\w*|actress"
    r"|your (?:friend|ex|crush)|знаменитост\w*|明星|名人|famos[oa]s?",
    "flooding": r"(?:sms|e?mail|call|otp)[- ]?bomb\w*|轰炸|бомбер\w*|mass[- ]report\w*"
    r"|(?:traffic|view|like|vote|raid|follower)[- ]?bots?|(?:adsense|ad)[- ]click\w*",
    "nudity": r"nsfw|nud(?:e|es|ity)|porn\w*|undress\w*|uncensored"
    r"|без цензуры|порно\w*|裸(?:体|照|女)|脱衣|色情|desnud\w*",
    "course": r"homework|assignment \d|lecture|coursework|exercise \d|tutorial|thesis|lab \d"
    r"|лабораторн\w+|作业|课程|übung\w*|tp ?n?°? ?\d|tarea",
    "consent": r"consent\w*|with (?:their )?permission|my own (?:face|voice)"
    r"|einwilligung|согласи\w+",
    "anonymise": r"anonymi[sz]\w*|blur\w* (?:the )?faces?|de-?identif\w*"
    r"|privacy[- ](?:preserv|protect|enhanc|filter)\w*|protect\w* (?:\w+ ){0,2}privacy",
}
"""Where two begin with the same word, the first counts: who detects face swaps swaps none."""
_SUBJECT = re.compile(
    f"(?:(?<![^\\W{_EASTERN}])|(?=[{_EASTERN}]))(?:"
    + "|".join(f"(?P<s{n}>{words})" for n, words in enumerate(_SUBJECTS.values()))
    + ")"
)
_NAMES = tuple(_SUBJECTS)
_HINT = re.compile(rf"://|[^\W\d_]{{3}}|[{_EASTERN}]{{2}}")
_POINTER = re.compile(
    r"""[a-z][a-z0-9+.-]{1,15}://[^\s'"<>]+
      | (?<![\w.-])(?:[\w-]{1,63}\.){1,4}(?:com|org|net|io|ai|co|app|dev|me|cn|ru)/[^\s'"<>]*
      | !\[[^\[\]]{0,200}\](?:\([^()\s]{0,400})?
      | \]\([^()\s]{1,400}
      | <img\b[^<>]{0,1000}""",
    re.VERBOSE,
)
"""Addresses, badges and pictures: what a link is called is no word about the code beside it."""
_COMMAND = re.compile(r"\s*#[#\s]{0,8}[!%]{1,2}[a-z]")
"""A command that was taken out says nothing about what is left."""
_OWN_NAME = re.compile(r"\.google\.com/github/[^/\s]+/[^\s]*/([^/\s]+)\.ipynb$")
"""The badge that opens a notebook in Colab bears the notebook's own name."""
_FLOODS = re.compile(
    r"\b(?:to|wanna) (?:spam|bomb|flood|ddos|raid)\b|\b(?:spamm|flood|bomb)(?:ing|ed)\b"
    r"|\bvictim'?s? (?:\w+ )?(?:number|phone|e?mail|name|id|url|ip|user|account)"
    r"|how many (?:bots|spams?|viewers|sms|times to spam)"
    r"|\bspams? (?:text|messages?|count|bot|sent)|\bspam\s?[:?]"
    r"|\bbots? (?:joined|sent)\b|(?:sms|call|mail)s? (?:bombed|flooded)"
    r"|спам(?:ить|а|лю|инг)|флуд(?:ить|а|ер)|轰炸|刷(?:票|量|赞|屏)",
    re.IGNORECASE,
)
MAX_TOLD = 400
MAX_COMMENT = 20_000
MAX_FOUND = 40


def read_comment(collector: Collector, text: str, line: int, end_line: int | None = None) -> None:
    """Note what `text` speaks of and the addresses in it."""
    text = text[:MAX_COMMENT]
    if not _HINT.search(text) or _COMMAND.match(text):
        return
    pointed_at = [canonical(address) for address in addresses(text)[:MAX_FOUND]]
    names = [_own_name(address) for address in pointed_at]
    plain = _POINTER.sub(" ", text.lower()).replace("**", "")
    words = " \n ".join((plain, *names))
    for count, found in enumerate(_SUBJECT.finditer(words)):
        if count >= MAX_FOUND:
            break
        collector.add(Kind.COMMENT, _NAMES[int(str(found.lastgroup)[1:])], line, end_line)
    for address in pointed_at:
        collector.add(Kind.LINK, address, line, end_line)


def read_told(collector: Collector, text: str, line: int, end_line: int) -> None:
    """Note that somebody is told by `text`, a prompt or what is printed, that they flood."""
    if _FLOODS.search(text[:MAX_TOLD]):
        collector.add(Kind.COMMENT, "flooding", line, end_line)


def _own_name(address: str) -> str:
    """The words of the notebook's name in the address of its badge, or ''."""
    found = _OWN_NAME.search(address)
    return re.sub(r"[-_.+]+", " ", found[1]) if found else ""


def read_prose(collector: Collector, text: str) -> None:
    """Note what the text of a Markdown cell speaks of, line by line."""
    for number, line in enumerate(text[:MAX_COMMENT].split("\n"), 1):
        if line.strip():
            read_comment(collector, line, number)
