"""The training sentences are in order, and what is out of order is found and named."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.run import TRAINING_DATA
from nlu import INTENTS, LANGUAGES, Engine, Reader, lint
from nlu.examples import examples
from nlu.lint import fewest
from nlu.training import fingerprint, needs_training, renew_words
from nlu.unseen import Sentences, Unseen
from tests.conftest import MODEL_HOME


def test_nothing_is_wrong_in_the_sentences() -> None:
    assert list(lint.problems(TRAINING_DATA)) == []


def test_every_language_has_every_intent() -> None:
    found = {(example.language, example.intent) for example in examples(TRAINING_DATA)}
    assert found == {(language, intent) for language in LANGUAGES for intent in INTENTS}


def sentences(folder: Path, language: str, intent: str, texts: Iterable[str], name: str = "all") -> None:
    """Add one intent's sentences to a file."""
    path = folder / language / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else 'version: "3.1"\nnlu:\n'
    path.write_text(before + f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts), "utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sentences in one language with nothing wrong."""
    for number, intent in enumerate(INTENTS):
        sentences(tmp_path, "en", intent, (f"sentence {letters(number)} {letters(each)}" for each in range(fewest(intent))))
    return tmp_path


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "x"


def test_the_sentences_to_plant_faults_in_have_none(data: Path) -> None:
    assert list(lint.problems(data)) == []


def test_an_intent_that_does_not_exist_is_found(data: Path) -> None:
    sentences(data, "en", "teleportation", ["beam me up"], "faults")
    assert list(lint.problems(data)) == ["en/faults.yml: teleportation is no intent"]


def test_a_language_that_does_not_exist_is_found(data: Path) -> None:
    sentences(data, "tlh", "greet", [f"nuqneH {letters(number)}" for number in range(fewest("greet"))])
    assert "tlh: is none of our languages" in list(lint.problems(data))


def test_too_few_sentences_are_found(data: Path) -> None:
    sentences(data, "fr", "greet", ["bonjour"])
    found = list(lint.problems(data))
    assert "fr: greet has 1 sentences, 60 are the fewest" in found
    assert "fr: return_cost has 0 sentences, 60 are the fewest" in found


def test_one_sentence_under_two_intents_is_found_however_it_is_typed(data: Path) -> None:
    sentences(data, "en", "greet", ["How are you?"], "faults")
    sentences(data, "en", "thanks", ["how are YOU"], "faults")
    assert list(lint.problems(data)) == ["en: «How are you?» stands under greet and thanks"]


def test_one_sentence_twice_under_one_intent_is_found(data: Path) -> None:
    sentences(data, "en", "greet", ["how are you", "how are you"], "faults")
    assert list(lint.problems(data)) == ["en: «how are you» stands twice under greet"]


def test_the_same_sentence_in_two_languages_is_no_fault(data: Path) -> None:
    for intent in INTENTS:
        sentences(data, "de", intent, [f"satz {letters(list(INTENTS).index(intent))} {letters(each)}" for each in range(fewest(intent))])
    sentences(data, "de", "greet", ["hello"], "more")
    sentences(data, "en", "greet", ["hello"], "more")
    assert list(lint.problems(data)) == []


WRONG_ALPHABET = {"de": "сколько денег", "tr": "پول چقدر", "ru": "كم المبلغ", "fa": "сколько денег", "en": "كم المبلغ"}


@pytest.mark.parametrize("language", WRONG_ALPHABET)
def test_a_sentence_in_another_alphabet_is_found(language: str, data: Path) -> None:
    sentences(data, language, "return_money", [WRONG_ALPHABET[language]], "faults")
    assert [message for message in lint.problems(data) if message.startswith(f"{language}/faults.yml: «{WRONG_ALPHABET[language]}» is written in")]


def test_every_language_may_be_typed_in_latin_letters_and_its_own(data: Path) -> None:
    for language, text in {
        "fa": "pool chand ast",
        "ru": "skolko deneg",
        "sr": "колико новца",
        "uz": "қанча пул",
        "ckb": "چەند پارە",
        "ar": "kam flous",
    }.items():
        sentences(data, language, "return_money", [text], "right")
    assert [message for message in lint.problems(data) if "is written in" in message] == []


@pytest.mark.parametrize("text", ["nlu: 5", "nlu:\n- intent: greet\n", "nlu:\n- examples: |\n    - hi\n", "- a list", "nlu: [", ""], ids=ascii)
def test_a_file_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "en" / "broken.yml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"en/broken\.yml"):
        list(lint.problems(tmp_path))


def test_a_changed_sentence_asks_for_training_again(data: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    model = tmp_path_factory.mktemp("model")
    assert needs_training(data, model)
    (model / "meta.json").write_text(f'{{"fingerprint": "{fingerprint(data)}"}}')
    assert not needs_training(data, model)
    sentences(data, "en", "greet", ["one more"], "more")
    assert needs_training(data, model)


def test_new_words_of_danger_are_taken_up_without_training(understanding: Reader, tmp_path: Path) -> None:
    assert understanding  # trained
    model = tmp_path / "model"
    shutil.copytree(MODEL_HOME / "model", model)
    assert not renew_words(model)
    meta = json.loads((model / "meta.json").read_text("utf-8"))
    stored = json.loads((model / "lexicons.json").read_text("utf-8"))
    (model / "meta.json").write_text(json.dumps(meta | {"words": "others"}), "utf-8")
    (model / "lexicons.json").write_text(json.dumps(stored | {"safety": {}}), "utf-8")
    assert renew_words(model)
    assert Engine.load(model).patterns["en"]
    assert json.loads((model / "meta.json").read_text("utf-8")) == meta


def test_a_sentence_of_another_language_is_pointed_out(understanding: Reader, tmp_path: Path) -> None:
    assert understanding  # trained
    kept = Unseen.load(MODEL_HOME / "model")
    those = Sentences.of(examples(TRAINING_DATA)).examples
    long = next(number for number, example in enumerate(those) if len(example.text.split()) > 8)
    kept.likely[:] = 1.0
    kept.likely[long], kept.languages[long] = 1e-6, "tr"
    kept.save(tmp_path)
    assert list(lint.foreign(tmp_path, TRAINING_DATA)) == [f"{those[long].language}/{those[long].path.name}: «{those[long].text}» looks like tr"]
