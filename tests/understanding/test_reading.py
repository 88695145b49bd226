"""Reading on sentences written for this test alone: language, intent, danger, places; and never an exception, whatever comes."""

import random
import time

import pytest

from nlu import INTENTS, LANGUAGES, Certainty, Reader, Reading, Risk
from nlu.contract import URGENT
from nlu.safety import FOLDER, compiled, danger

PLAIN: dict[str, dict[str, str]] = {
    "en": {
        "who pays for my flight back home?": "return_cost",
        "how much cash do I get if I go back": "return_money",
        "I lost my passport, can I still travel?": "travel_documents",
        "can I come back to Germany later after I return voluntarily?": "reentry",
        "my boss keeps my passport and will not give it back": "passport_taken",
        "is this job in Dubai real? the agency found it for me": "job_offer_check",
        "I want to talk to a real person": "talk_to_human",
        "can my wife and children travel with me": "family_children",
        "how long does it take until I can fly": "processing_time",
        "they have not paid me for three months": "wages_withheld",
    },
    "de": {
        "Wer bezahlt das Flugticket nach Hause?": "return_cost",
        "Wie viel Geld bekomme ich, wenn ich zurückgehe?": "return_money",
        "Ich habe keinen Pass mehr, was soll ich tun?": "travel_documents",
        "Darf ich später wieder nach Deutschland kommen?": "reentry",
        "Mein Chef hat mir den Pass weggenommen": "passport_taken",
        "Ich möchte mit einem Menschen sprechen": "talk_to_human",
        "Wie kann ich mich für die Rückkehr anmelden?": "return_apply",
        "Ich habe einen Brief bekommen, dass ich ausreisen muss": "deportation",
        "Helft ihr mir, zu Hause ein kleines Geschäft zu eröffnen?": "reintegration_work",
        "Wie lange dauert das alles?": "processing_time",
    },
    "fa": {
        "پول بلیط هواپیما را چه کسی می‌دهد؟": "return_cost",
        "اگر برگردم چقدر پول به من می‌دهند؟": "return_money",
        "پاسپورت ندارم، چطور سفر کنم؟": "travel_documents",
        "بعداً می‌توانم دوباره به آلمان بیایم؟": "reentry",
        "صاحب کارم پاسپورتم را گرفته و پس نمی‌دهد": "passport_taken",
        "می‌خواهم با یک مشاور حرف بزنم": "talk_to_human",
        "برای بازگشت کجا ثبت نام کنم؟": "return_apply",
        "آیا افغانستان الان امن است؟": "destination_safety",
        "سه ماه است حقوقم را نداده‌اند": "wages_withheld",
        "چقدر طول می‌کشد تا پرواز کنم؟": "processing_time",
    },
    "ar": {
        "مين بيدفع تذكرة الطيارة؟": "return_cost",
        "كم المبلغ الذي سأحصل عليه إذا رجعت؟": "return_money",
        "ضاع جواز سفري، كيف أسافر؟": "travel_documents",
        "هل أستطيع أن أرجع إلى ألمانيا بعدين؟": "reentry",
        "صاحب العمل أخذ جوازي وما بيرجعه": "passport_taken",
        "بدي أحكي مع موظف": "talk_to_human",
        "كيف أسجل للعودة الطوعية؟": "return_apply",
        "هل سوريا آمنة الآن؟": "destination_safety",
        "ما دفعولي راتبي من شهرين": "wages_withheld",
        "هل أولادي وزوجتي يسافرون معي؟": "family_children",
    },
    "ru": {
        "Кто оплачивает билет домой?": "return_cost",
        "Сколько денег мне дадут, если я вернусь?": "return_money",
        "У меня нет паспорта, как мне лететь?": "travel_documents",
        "Смогу ли я потом снова приехать в Германию?": "reentry",
        "Хозяин забрал мой паспорт": "passport_taken",
        "Хочу поговорить с живым человеком": "talk_to_human",
        "Как подать заявление на возвращение?": "return_apply",
        "Мне не платят зарплату уже два месяца": "wages_withheld",
        "Сколько времени это занимает?": "processing_time",
        "Я передумал, можно отменить заявление?": "return_withdraw",
    },
    "tg": {
        "Пули чиптаи ҳавопайморо кӣ медиҳад?": "return_cost",
        "Агар баргардам, чӣ қадар пул медиҳанд?": "return_money",
        "Шиноснома надорам, чӣ тавр меравам?": "travel_documents",
        "Баъд боз ба Олмон омада метавонам?": "reentry",
        "Сардорам шиносномаамро гирифт ва намедиҳад": "passport_taken",
        "Мехоҳам бо одам гап занам": "talk_to_human",
        "Барои бозгашт ба куҷо муроҷиат кунам?": "return_apply",
        "Се моҳ маош надоданд": "wages_withheld",
        "Зану кӯдаконам бо ман мераванд?": "family_children",
        "Ин чанд вақт мегирад?": "processing_time",
    },
}

RECOGNISED: dict[str, list[str]] = {
    "fr": ["Je voudrais rentrer dans mon pays, qui peut m'aider ?", "Combien d'argent est-ce que je reçois ?", "mon patron a pris mon passeport", "bonjour, j'ai une question"],
    "tr": ["Ülkeme dönmek istiyorum, kim yardım eder?", "Ne kadar para alacağım?", "patronum pasaportumu aldı", "merhaba, bir sorum var"],
    "sq": ["Dua të kthehem në vendin tim, kush më ndihmon?", "Sa para marr?", "shefi ma ka marrë pasaportën", "përshëndetje, kam një pyetje"],
    "sr": ["Želim da se vratim kući, ko mi može pomoći?", "Колико новца добијам?", "gazda mi je uzeo pasoš", "zdravo, imam pitanje"],
    "uz": ["Uyga qaytmoqchiman, kim yordam beradi?", "Қанча пул берасиз?", "xo'jayin pasportimni olib qo'ydi", "салом, саволим бор"],
    "ps": ["زه غواړم بېرته خپل هېواد ته لاړ شم، څوک مرسته کوي؟", "څومره پیسې راکوي؟", "بادار مې پاسپورټ اخیستی دی", "سلام، یوه پوښتنه لرم"],
    "ckb": ["دەمەوێ بگەڕێمەوە بۆ وڵاتەکەم، کێ یارمەتیم دەدات؟", "چەند پارەم پێدەدەن؟", "خاوەن کارەکەم پاسپۆرتەکەمی بردووە", "سڵاو، پرسیارێکم هەیە"],
}  # fmt: skip

IN_DANGER: dict[str, list[str]] = {
    "en": ["he says he will kill me tonight", "they lock us in the factory and we cannot leave", "I do not want to live any more", "they lock the door at night and beat us when we do not work"],
    "de": ["mein Mann schlägt mich jeden Tag", "sie zwingen mich, mit Männern zu schlafen", "meine Freundin atmet nicht mehr, bitte schnell", "ich habe angst, mein mann will mich töten"],
    "fr": ["mon mari me frappe et menace de me tuer", "je veux mourir, je n'en peux plus", "ils m'obligent à me prostituer", "nous sommes enfermés et forcés de travailler"],
    "ru": ["муж меня избивает, я боюсь за свою жизнь", "нас заперли на стройке и не выпускают", "я хочу покончить с собой", "нас держат взаперти и заставляют работать"],
    "tg": ["шавҳарам маро мезанад", "мехоҳанд маро кушанд, ёрӣ диҳед", "дигар зиндагӣ кардан намехоҳам", "маро дар хона қулф карданд ва зӯран кор мекунонанд"],
    "uz": ["erim meni har kuni uradi", "бизни қамаб қўйишган, чиқармаяпти", "o'zimni o'ldirmoqchiman", "erim o'ldiraman deydi, qo'rqaman"],
    "fa": ["شوهرم هر شب مرا می‌زند", "ما را در کارگاه حبس کرده‌اند و نمی‌گذارند برویم", "دیگر نمی‌خواهم زنده بمانم", "شوهرم مرا لت و کوب میکند، میترسم مرا بکشد"],
    "ps": ["خاوند مې هره ورځ وهي", "غواړي ما ووژني", "نور ژوند نه غواړم، ځان وژنم", "زما خاوند وايي چې وژنم دې"],
    "ar": ["زوجي يضربني كل يوم", "حبسونا في المزرعة وما بيخلونا نطلع", "بدي موت، ما عاد فيني", "زوجي يهددني بالقتل"],
    "ckb": ["مێردەکەم هەموو ڕۆژێک لێم دەدات", "دەیانەوێت بمکوژن", "ئیتر نامەوێت بژیم", "مێردەکەم دەڵێت دەتکوژم"],
    "tr": ["kocam beni her gün dövüyor", "bizi fabrikaya kilitlediler, çıkamıyoruz", "kendimi öldürmek istiyorum", "kocam beni öldürmekle tehdit ediyor"],
    "sq": ["burri më rreh çdo natë", "duan të më vrasin, ndihmë", "nuk dua të jetoj më", "burri më kërcënon se do më vrasë"],
    "sr": ["muž me tuče svaki dan", "zaključali su nas u fabrici i ne možemo da izađemo", "hoću da se ubijem", "muž preti da će me ubiti"],
}  # fmt: skip

#: Everyday words that look like danger: dying of hunger, a locked office.
HARMLESS: dict[str, list[str]] = {
    "en": ["I want to kill two birds with one stone: fly and see my mother", "how do I lock my luggage for the flight?"],
    "de": ["ich sterbe vor Neugier, wann geht der Flug?", "mein Handy ist tot, wo kann ich es laden?"],
    "fr": ["je meurs de faim, où est le restaurant ?", "il fait un froid mortel aujourd'hui"],
    "ru": ["умираю от скуки, расскажи анекдот", "дверь офиса закрыта, когда вы открываетесь?"],
    "tg": ["аз гуруснагӣ мурдам, ошхона дар куҷост?", "дари идора баста аст, кай мекушоед?"],
    "uz": ["ochlikdan o'lyapman, oshxona qayerda?", "ofis eshigi yopiq, qachon ochasiz?"],
    "fa": ["از گرسنگی مردم، رستوران کجاست؟", "در دفتر بسته است، کی باز می‌کنید؟"],
    "ps": ["دفتر بند دی، کله خلاصېږي؟", "له لوږې مرم، رستورانت چېرته دی؟"],
    "ar": ["ميت من الجوع، وين المطعم؟", "باب المكتب مسكر، متى بتفتحوا؟"],
    "ckb": ["لە برسان مردم، چێشتخانە لە کوێیە؟", "دەرگای نووسینگە داخراوە، کەی دەکرێتەوە؟"],
    "tr": ["açlıktan ölüyorum, lokanta nerede?", "ofisin kapısı kilitli, ne zaman açılıyor?"],
    "sq": ["po vdes urie, ku është restoranti?", "dera e zyrës është e mbyllur, kur hapet?"],
    "sr": ["umirem od gladi, gde je restoran?", "kancelarija je zaključana, kada se otvara?"],
}  # fmt: skip


CALM = [
    "what is human trafficking?",
    "hello, good morning",
    "is it free?",
    "wie wird das wetter morgen?",
    "спасибо большое",
    "متشکرم",
    "شكرا جزيلا",
    "teşekkürler",
    "рахмат",
    "faleminderit",
]


async def test_plain_questions_in_six_languages_are_understood(understanding: Reader) -> None:
    asked = [(language, text, intent) for language, those in PLAIN.items() for text, intent in those.items()]
    readings = [(language, text, intent, await understanding.read(text)) for language, text, intent in asked]
    wrong = [
        (text, f"{language} {intent}", f"{found.language} {found.intent}")
        for language, text, intent, found in readings
        if (found.language, found.intent) != (language, intent)
    ]
    assert len(asked) == 60
    assert len(wrong) <= 0.15 * len(asked), wrong


async def test_the_other_seven_languages_are_recognised(understanding: Reader) -> None:
    asked = [(language, text) for language, texts in RECOGNISED.items() for text in texts]
    assert {*PLAIN, *RECOGNISED} == set(LANGUAGES)
    wrong = [(text, language, found) for language, text in asked if (found := (await understanding.read(text)).language) != language]
    assert len(wrong) <= 0.1 * len(asked), wrong


async def test_danger_is_heard_in_every_language(understanding: Reader) -> None:
    asked = [text for texts in IN_DANGER.values() for text in texts]
    missed = [text for text in asked if (await understanding.read(text)).risk is not Risk.URGENT]
    assert set(IN_DANGER) == set(LANGUAGES)
    assert len(missed) <= 0.08 * len(asked), missed


async def test_everyday_words_that_look_like_danger_are_none_of_the_safety_words(understanding: Reader) -> None:
    asked = [(language, text) for language, texts in HARMLESS.items() for text in texts]
    alarmed = [(text, named) for language, text in asked if (named := danger(text, language, compiled(language)))]
    assert set(HARMLESS) == set(LANGUAGES)
    assert len(alarmed) <= 0.1 * len(asked), alarmed


async def test_calm_words_raise_no_alarm(understanding: Reader) -> None:
    calm = [*CALM, *(text for texts in PLAIN.values() for text in texts), *(text for texts in RECOGNISED.values() for text in texts)]
    assert [text for text in calm if (await understanding.read(text)).risk is Risk.URGENT] == []


async def test_few_of_them_raise_an_alarm_at_all(understanding: Reader) -> None:
    """The model is tuned to miss no danger; what looks like it and is none costs a counsellor a look."""
    asked = [text for texts in HARMLESS.values() for text in texts]
    alarmed = [(text, found.urgent_intent) for text in asked if (found := await understanding.read(text)).risk is Risk.URGENT]
    assert len(alarmed) <= 0.2 * len(asked), alarmed


def test_every_language_has_its_safety_words_and_each_names_a_danger() -> None:
    assert {path.stem for path in FOLDER.glob("*.tsv")} == set(LANGUAGES)
    for language in LANGUAGES:
        named = {intent for those in compiled(language).values() for _, intent in those}
        assert named == set(URGENT), language


def test_safety_words_alone_hear_what_no_model_reads() -> None:
    heard = {language: [text for text in texts if danger(text, language, compiled(language))] for language, texts in IN_DANGER.items()}
    assert [language for language, texts in heard.items() if not texts] == []


async def test_words_of_danger_only_ever_raise_the_risk(understanding: Reader) -> None:
    calm = await understanding.read("who pays for my flight back home?")
    afraid = await understanding.read("who pays for my flight back home? he wants to kill me")
    assert (calm.risk, calm.urgent_intent) == (Risk.NORMAL, None)
    assert (afraid.risk, afraid.urgent_intent) == (Risk.URGENT, "immediate_danger")


# --- what is known of the person ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_conversation_decides_what_ok_is(language: str, understanding: Reader) -> None:
    assert (await understanding.read("ok", prior=language)).language == language


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_words_what_is_known_of_the_person_decides(language: str, understanding: Reader) -> None:
    for wordless in ("👍", "...", "123"):
        assert (await understanding.read(wordless, prior=language)).language == language
        assert (await understanding.read(wordless, hint=language)).language == language


async def test_a_clear_sentence_is_stronger_than_what_was_known(understanding: Reader) -> None:
    assert (await understanding.read("Wer bezahlt das Flugticket nach Hause?", prior="fa", hint="fa")).language == "de"
    assert (await understanding.read("پول بلیط هواپیما را چه کسی می‌دهد؟", prior="de", hint="de-AT")).language == "fa"


@pytest.mark.parametrize("tag", ["prs", "fa-AF", "fa_IR", "pes"])
async def test_the_tags_that_apps_send_are_known(tag: str, understanding: Reader) -> None:
    assert (await understanding.read("👍", hint=tag)).language == "fa"


@pytest.mark.parametrize("tag", ["", "xx", "-", "zh-Hans-CN", "\x00", "ü"])
async def test_a_tag_of_no_language_changes_nothing(tag: str, understanding: Reader) -> None:
    assert await understanding.read("who pays for my flight?", hint=tag, prior=tag) == await understanding.read("who pays for my flight?")


# --- places -----------------------------------------------------------------------------------------------------------------------

PLACES: dict[str, tuple[str, ...]] = {
    "I am in Germany": ("DE",),
    "from Greece to Kosovo": ("GR", "XK"),
    "Ich bin in Griechenland": ("GR",),
    "je suis en Allemagne": ("DE",),
    "я сейчас в Германии": ("DE",),
    "мы в Турции": ("TR",),
    "хочу в Таджикистан": ("TJ",),
    "аз Тоҷикистон ба Олмон": ("TJ", "DE"),
    "Germaniyadan O'zbekistonga": ("DE", "UZ"),
    "Германиядаман": ("DE",),
    "Almanya'dayım": ("DE",),
    "Türkiye'de yaşıyorum": ("TR",),
    "jam në Gjermani": ("DE",),
    "u Srbiji": ("RS",),
    "у Немачкој": ("DE",),
    "من در آلمان هستم": ("DE",),
    "می‌خواهم به افغانستان برگردم": ("AF",),
    "زه په المان کې یم": ("DE",),
    "أنا في ألمانيا": ("DE",),
    "بالعراق": ("IQ",),
    "من لە ئەڵمانیام": ("DE",),
    "who pays?": (),
    "мали пас": (),
    "کار مالی": (),
    "": (),
}


@pytest.mark.parametrize("text", PLACES)
async def test_countries_are_found_in_every_language_and_form(text: str, understanding: Reader) -> None:
    assert (await understanding.read(text)).places == PLACES[text]


ROLES: dict[str, tuple[str | None, str | None]] = {
    "I live in Germany and want to go back to Iraq": ("DE", "IQ"),
    "ich bin in Griechenland, aus Afghanistan": ("GR", "AF"),
    "من در آلمان هستم می‌خواهم به افغانستان برگردم": ("DE", "AF"),
    "Almanya'dayım, Türkiye'ye dönmek istiyorum": ("DE", "TR"),
    "Германияда ишлайман, Ўзбекистонга қайтмоқчиман": ("DE", "UZ"),
    "я в Германии, хочу вернуться в Таджикистан": ("DE", "TJ"),
    "je suis en France, je veux rentrer en Guinée": ("FR", "GN"),
    "jam në Gjermani dua të kthehem në Kosovë": ("DE", "XK"),
    "u Nemačkoj sam, hoću da se vratim u Srbiju": ("DE", "RS"),
    "أنا سوري في ألمانيا": ("DE", "SY"),
    "من لە یۆنانم، دەمەوێ بگەڕێمەوە بۆ عێراق": ("GR", "IQ"),
    "زه په المان کې یم افغانستان ته ځم": ("DE", "AF"),
    "ман дар Олмон, ба Тоҷикистон бармегардам": ("DE", "TJ"),
    "is it safe in Kabul": (None, "AF"),
    "almanca bilmiyorum": (None, None),
    "I don't speak German": (None, None),
    "France or Germany?": (None, None),
    "who pays?": (None, None),
}


@pytest.mark.parametrize("text", ROLES)
async def test_countries_become_those_of_stay_and_of_return(text: str, understanding: Reader) -> None:
    found = await understanding.read(text)
    assert (found.stay, found.back) == ROLES[text]


async def test_the_meanings_that_spoke_for_a_reading_are_told(understanding: Reader) -> None:
    for text, language in (("my boss took my passport", "en"), ("صاحب کارم پاسپورتم را گرفت", "fa"), ("хозяин забрал мой паспорт", "ru")):
        reading = await understanding.read(text)
        assert "passport" in reading.concepts
        assert "passport" in understanding.engine.reasons(text, language, "passport_taken")


# --- whatever comes ------------------------------------------------------------------------------------------------------------------

ALPHABETS = [(0x20, 0x7E), (0x400, 0x4FF), (0x600, 0x6FF), (0x1F300, 0x1FAFF), (0, 0x1F), (0x300, 0x36F), (0x200B, 0x206F), (0xD800, 0xDFFF), (0x4E00, 0x9FFF), (0x21, 0x2F), (0x30, 0x39), (0xFB50, 0xFDFF)]  # fmt: skip
WHOLE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "@" * 2000,
    "a@a." * 500,
    "ﷺ" * 2000,
    "kill " * 400,
    "می " * 600,
    "i " * 1000,
    "o'" * 1000,
    "-" * 2000,
    "1" * 2000,
    "a" * 2000,
    "\u202e" * 2000,
]


def strange(count: int) -> list[str]:
    """The same invented strings at every run: pieces of many alphabets, and some that are all of one kind."""
    dice = random.Random(20261128)

    def piece() -> str:
        first, last = dice.choice(ALPHABETS)
        return "".join(chr(dice.randint(first, last)) for _ in range(dice.randint(1, 30)))

    return [*WHOLE, *("".join(piece() + dice.choice(["", " ", "\n"]) for _ in range(dice.randint(1, 12))) for _ in range(count - len(WHOLE)))]


async def test_three_hundred_strange_strings_are_read_at_once_and_raise_nothing(understanding: Reader) -> None:
    slow = []
    for text in strange(300):
        before = time.perf_counter()
        reading = await understanding.read(text)
        if time.perf_counter() - before > 5:
            slow.append(ascii(text[:20]))
        assert sound(reading)
        assert reading.text_length == len(text)
    assert slow == []


def sound(reading: Reading) -> bool:
    """Whether a reading keeps what it promises."""
    confidences = [ranked.confidence for ranked in reading.ranking]
    return (
        reading.language in LANGUAGES
        and reading.intent == reading.ranking[0].intent
        and len(reading.ranking) >= 3
        and confidences == sorted(confidences, reverse=True)
        and all(0 <= confidence <= 1 for confidence in confidences)
        and set(INTENTS) >= {ranked.intent for ranked in reading.ranking}
        and reading.script in {"Arab", "Cyrl", "Latn", "Zyyy"}
        and (reading.urgent_intent in URGENT if reading.risk is Risk.URGENT else reading.urgent_intent is None)
    )


@pytest.mark.parametrize("text", ["", " ", "😀", "!?", "\x00", "\u200b", "https://example.org"], ids=ascii)
async def test_what_has_no_words_is_not_understood(text: str, understanding: Reader) -> None:
    reading = await understanding.read(text)
    assert reading.sure is Certainty.NOT
    assert reading.risk is not Risk.URGENT
