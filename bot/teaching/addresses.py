"""Addresses taken out of what people wrote: of mail, of users and of houses, in the ways of every country."""

from __future__ import annotations

import re
from functools import cache

from bot.teaching.numbers import any_of, lists

ADDRESS = "‹address›"
_LETTER = r"[^\W\d_]"
_WORD = rf"{_LETTER}(?:[\w'’ʻʼ`.-]|[\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d])*"

_LINKS = (
    re.compile(r"https?://\S+|www\.\S+|(?<![\w.])(?:t\.me|wa\.me|fb\.com|m\.me)/\S+", re.IGNORECASE),
    re.compile(r"(?<!\S)[^\s@]+@[^\s@]+\.[^\s@]*[\w/]"),
    re.compile(r"(?<![\w.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|info|de|fr|uk|ru|tj|uz|af|iq|gr|al|rs|io)(?:/\S*)?(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w@])@\w[\w.]+"),
    re.compile(
        r"(?<=telegram:)\s*\S+|(?<=whatsapp:)\s*\S+|(?<=instagram:)\s*\S+|(?<=facebook:)\s*\S+|(?<=insta:)\s*\S+|(?<=skype:)\s*\S+|(?<=viber:)\s*\S+",
        re.IGNORECASE,
    ),
)
_HOUSE = r"\d{1,4}\s?[a-z]?(?!\w)"
_CAPITALS = r"(?:(?-i:[A-ZА-ЯЁЂЈЉЊЋЏŠĐČĆŽÇĞİÖŞÜ])[\w.-]+)(?:\s+(?-i:[A-ZА-ЯЁЂЈЉЊЋЏŠĐČĆŽÇĞİÖŞÜ])[\w.-]+){0,2}"
_FEW = rf"(?:{_WORD}[\s,]+){{0,3}}?"
#: Streets by name, with a number or without one, and the number before the name.
_STREETS = (
    re.compile(
        rf"(?<![\w-])(?:{_LETTER}[\w-]*(?:straße|strasse|str\.|straat|gasse|allee|platz|damm)|{_LETTER}[\w-]+\s(?:straße|strasse|str\.|platz|allee|weg|ring))\s*{_HOUSE}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<![\w-]){_LETTER}[\w-]+weg\s+{_HOUSE}", re.IGNORECASE),
    re.compile(rf"\d{{1,4}}[a-z]?,?\s+(?:{_WORD}\s+){{1,3}}?(?:street|st\.|road|rd\.?|avenue|ave\.?|lane|boulevard)(?!\w)", re.IGNORECASE),
    re.compile(rf"(?:street|road|avenue)\s+(?:no\.?\s*)?{_HOUSE}", re.IGNORECASE),
    re.compile(
        rf"\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|place|chemin|impasse|allée|route)\s+(?:de\s+|du\s+|des\s+|la\s+|l['’]|le\s+)*{_WORD}(?:\s+[A-ZÉÈÀ]{_WORD})*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!\w)(?:rue|avenue|boulevard)\s+(?:de\s+|du\s+|des\s+|la\s+|l['’]|le\s+)*(?-i:[A-ZÉÈÀ])[\w'’-]+(?:\s+(?-i:[A-ZÉÈÀ])[\w'’-]+)*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:ул\.|улиц[аеуы]|проспект[еа]?|пр-т|переул\w+|ulits[aeu]|ulica|ulici|ul\.|bulevar|улици|булевар)\s*(?:{_CAPITALS}|{_WORD}(?=\s+\d))(?:[\s,]+(?:дом|д\.|br\.?|бр\.?|кв\.|broj|број)?\s*{_HOUSE})*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:rrug[aëe]n?|rr\.|bulevardi)\s+(?-i:[A-ZÇË\"„“])[\w\"“”-]*(?:\s+(?-i:[A-ZÇË])[\w\"“”-]+)*(?:[\s,]+(?:nr\.?|numri)?\s*{_HOUSE})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_CAPITALS}\s+(?:sokak|sokağı|sokağ[ıi]nda|sok\.|caddesi|caddesinde|cadde|cad\.|mahallesi|mahallesinde|mah\.|bulvarı)(?:[\s,]+(?:no|numara)?[:.]?\s*{_HOUSE})?(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w){_WORD}\s+(?:ko['’ʻʼ`]?chasi(?:da)?|кўчаси(?:да)?)(?:[\s,]+{_HOUSE})?|(?<!\w)(?:кӯчаи|кучаи|хиёбони|маҳаллаи|kuchai)\s+{_WORD}(?:[\s,]+{_HOUSE})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:خیابان|کوچه|کوچهٔ|سرک|جاده|شارع|حي|سړک|کوڅه|شەقامی|کۆڵانی|گەڕەکی)\s+{_FEW}(?:پلاک|نمبر|شماره|رقم|ژمارە|شمېره|خانه)?\s*\d+"
    ),
    re.compile(rf"(?<!\w)(?:شارع|شەقامی|گەڕەکی)\s+{_WORD}"),
)

_NOT_A_HOUSE = r"(?!\s?(?:uhr|euro?s?|tage?n?|days?|jahre?n?|monate?n?|wochen?|h\b|%|:|\.\d|kg|km|kinder|personen|years?|months?|weeks?|jours?|ans?))"
_STREET = (
    "street|str|strasse|straße|avenue|ave|road|lane|boulevard|bulevar|bulevardi|rue|quai|cours|chemin|impasse|allée|allee|ul|ulica|ulici|ulitsa|ulitse|ulicu|ул|улица|улице|улицу|улицы|улици|"
    "проспект|пр-т|переулок|шоссе|бульвар|булевар|микрорайон|мкр|rruga|rrugën|rrugen|rruges|rr|sokak|sokağı|sokagi|sk|cadde|caddesi|cad|mahallesi|mah|mahalle|bulvarı|"
    "ko'cha|ko'chasi|kocha|kochasi|mavze|mavzesi|mahallasi|кўча|кўчаси|мавзе|кӯчаи|кучаи|куча|кӯча|хиёбони|маҳаллаи|kuchai|kuche|khiaban|khyaban|sarak|share3|shari3|"
    "خیابان|کوچه|کوچهٔ|سرک|جاده|ناحیه|شارع|حي|حارة|محلة|زقاق|سړک|کوڅه|شەقامی|شەقام|کۆڵانی|کۆڵان|گەڕەکی|گەڕەک"
)
_PART = (
    "no|nr|numri|numara|number|br|broj|бр|број|д|дом|кв|квартира|корп|корпус|d|kv|apt|appt|app|flat|daire|kat|blok|block|haus|hausnummer|house|room|unit|uy|xonadon|уй|хонаи|хона|"
    "دار|بناء|بناية|طابق|شقة|پلاک|نمبر|شماره|رقم|ژمارە|شمېره|خانه|واحد|طبقه|کور|بلاک|خانوو|حوش"
)
_TAIL = rf"(?:[\s,]+(?:(?:{_PART})[.:]?\s*)+\d{{1,4}}\s?[a-z]?(?!\w))*(?:,?\s+(?:\d{{5,6}}|\d{{4}}(?=\s+[A-ZÄÖÜ]))(?!\w))?"
_NUMBERED = rf"(?:(?:{_PART})[.:]?\s*)?\d{{1,4}}(?:[/-]\d{{1,4}})?\s?(?:[a-z](?!\w))?(?:\s?(?:bis|ter)(?!\w))?(?!\w){_NOT_A_HOUSE}"
#: The kind of street before its name, its name before the kind, and houses that are named by their parts.
_HOUSES = (
    re.compile(rf"(?<!\w)(?:{_WORD}\s+){{1,2}}(?:{_STREET})(?!\w)\.?[\s,]*{_NUMBERED}{_TAIL}", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_STREET})(?!\w)\.?[\s,]+(?:[\w'’ʻʼ`.\"„“-]+[\s,]+){{0,4}}?{_NUMBERED}{_TAIL}", re.IGNORECASE),
    re.compile(rf"(?<!\w){_LETTER}{{3,40}}(?:str|straße|strasse)\.?\s*{_NUMBERED}{_TAIL}", re.IGNORECASE),
    re.compile(
        rf"(?<!\w)\d{{1,4}}\s?(?:bis|ter)?,?\s+(?:rue|quai|cours|square|chemin|impasse|allée|allee|avenue|place|boulevard|bd)(?:\s+{_WORD}){{1,4}}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?i:am|an der|an den|zum|zur|auf der|auf dem)\s+(?:{_LETTER}{{3,}}(?:en|er)\s+)?[A-ZÄÖÜ]{_LETTER}{{2,}}\s+\d{{1,3}}\s?[a-z]?(?!\w)(?i:{_NOT_A_HOUSE}){_TAIL}"
    ),
    re.compile(
        rf"(?<!\w)(?:résidence|residence|immeuble|bât|bat|bâtiment|batiment|block|blok|bllok|корпус|бинои|بلوک|بلاک|عمارة|بناية|ناحیه)\.?\s+[\w'’ -]{{1,30}}?,?\s*(?:{_PART}|bât|bat|ch|chambre|oda|soba|dhoma|xona)\.?\s+\w{{1,4}}(?:,?\s*(?:{_PART})\.?\s*\d{{1,4}})*(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\w)(?:block|blok|bllok|بلوک|بلاک|ناحیه|ناحية)\s+\d{{1,3}}\s+(?:{_PART}|بلاک|کوچه|سرک)\s+\w{{1,12}}(?!\w)", re.IGNORECASE),
)
#: After the word for it, up to the last number of the same breath.
_LABELLED = re.compile(
    r"(?P<lead>(?<!\w)(?:addresse?|adresse?|adresa|adress?i?|adresim|adresim|anschrift|адрес|адреса|manzil|manzilim|манзил|манзилим|суроға|суроғаам|نشانی|آدرس|ادرس|عنوان|عنواني|عنوانی|پته|ناونیشان|ناونیشانم|wohnhaft)"
    r"(?:\s+(?:is|ist|est|im|ime|mi|je|është|eshte|من|زما|مې))*\s*[:=–-]\s*|(?<!\w)(?:address is|adresse ist|adresse est|adresse lautet)\s+)(?=[^\n]{0,80}\d)[^\n!?؟]{0,80}\d\w?(?!\w)",
    re.IGNORECASE,
)
_USER = re.compile(
    r"(?P<lead>(?<!\w)(?:telegram|telegramm|telegrami|telegramim|telegramım|whatsapp|insta|instagram|facebook|fb|skype|viber|snapchat|snap|tiktok|imo|телеграмм?|телеграмам|инста|инстаграм|تلگرام|تلگرامم|تلغرام|تلغرامي|انستا|انستقرام|انستغرام|فيسبوك|تێلێگرام|تێلێگرامم|ئینستا|فەیسبووک|ټیلیګرام|انسټا)"
    r"(?:[\s:=-]+(?:is|im|ist|est|c'est|je|on|at|user|username|nick|name|id|مې|من|است))*[\s:=-]+)(?=[\w.]*[\d_])(?=[\w.]*[a-z])[a-z0-9_][\w.]{3,}(?!\w)",
    re.IGNORECASE,
)


def without_addresses(text: str) -> str:
    for pattern in (*_spoken_mail(), *_LINKS):
        text = pattern.sub(ADDRESS, text)
    for pattern in (_LABELLED, _USER):
        text = pattern.sub(lambda found: found["lead"] + ADDRESS, text)
    for pattern in (*_HOUSES, *_STREETS):
        text = pattern.sub(ADDRESS, text)
    return text


@cache
def _spoken_mail() -> tuple[re.Pattern[str], ...]:
    """«somebody at gmail dot com», «somebody (at) gmail.com», «somebody @ gmail . com»."""
    at, dot = any_of(lists()["at"]), any_of(lists()["dot"])
    user, end = r"(?<![\w.])[a-z0-9](?:[\w+-]|\.(?=\w)){0,60}", r"(?:[a-z]{2,4}|ком|ру|كوم|کام|کۆم)(?!\w)"
    spoken_user = rf"{user}(?:\s*(?:{dot}|\.)\s+[a-z0-9][\w-]*)?"
    return (
        re.compile(
            rf"{spoken_user}\s*[(\[<{{]\s*(?:{at}|@|a)\s*[)\]>}}]\s*[\w-]+(?:\s*(?:\.|[(\[]?\s*(?<!\w)(?:{dot})(?!\w)\s*[)\]]?)\s*{end})+",
            re.IGNORECASE,
        ),
        re.compile(rf"{user}\s*@\s*[\w-]+(?:\.[\w-]+)*?(?:\s*(?:\.|(?<!\w)(?:{dot})(?!\w))\s*{end})", re.IGNORECASE),
        re.compile(
            rf"(?<![\w.]){_LETTER}[\w.]*\s+(?:{at})\s+[\w-]+\s*(?:(?<!\w)(?:{dot})(?!\w)|(?<=gmail)\.|(?<=mail)\.|(?<=yahoo)\.|(?<=hotmail)\.|(?<=outlook)\.|(?<=gmx)\.)\s*{end}",
            re.IGNORECASE,
        ),
    )
