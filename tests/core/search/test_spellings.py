"""What a reader takes for the same is found: numbers, hyphens, signs, letters, inflections, in texts and names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.search.query import parse
from tests.builders.catalogues import put_text
from tests.core.search.test_searcher import SearchableLibrary

# By kind: a text, and queries each of which finds it first.
TEXTS = {
    "numbers": [
        ("Pay to FR76 3000 6000 0112 3456 7890 189 by Friday.", ["FR7630006000011234567890189"]),
        ("Konto AT611904300234573201 der Bank.", ["AT61 1904 3002 3457 3201"]),
        ("Ring 0171/555 23 98 after six.", ["01715552398", "0171-5552398", "0171 555 2398"]),
        ("Card 4929 1234 5678 9012 was charged.", ["4929123456789012", "4929-1234-5678-9012"]),
        ("The book is ISBN 978-3-16-148410-0.", ["9783161484100", "978 3 16 148410 0"]),
        ("Order part MX-77.410/C today.", ["MX77410C", "mx77410c", "MX 77 410 C"]),
        ("Turnover was 3,481,206.75 last year.", ["3481206.75", "3.481.206,75", "3481206"]),
        ("Der Betrag von 86.417,30 ist offen.", ["86417,30", "86 417,30", "86,417.30"]),
        ("Il reste 745 120 habitants.", ["745120", "745,120", "745.120"]),
        ("The invoice of 2999 is paid.", ["2,999", "2.999,00"]),
        ("Summe 64'250 Franken.", ["64250"]),
        ("The sum of 92,45,672.00 rupees.", ["9245672", "9,245,672"]),
        ("Saldo 9317.50 am Ende.", ["9.317,5", "9317,50"]),
        ("Preis EUR22.333,44 netto.", ["22333.44"]),
        ("Firma, Ruf +43 (0)1 5554321.", ["+4315554321", "015554321", "0043 1 5554321"]),
        ("Ruf 0176 / 765 43 219 abends.", ["017676543219", "0176-76543219"]),
        ("Kunde 58·33·0917 zahlt.", ["58330917"]),
        ("Released as v7.38.4 in May.", ["7.38.4"]),
        ("ご連絡は03-8765-4399まで。", ["0387654399"]),
        ("المبلغ ٦٬٧٥٠ ريال", ["6750"]),
        ("A board of 35 × 47 cm.", ["35x47", "35 x 47 cm"]),
        ("A plate of 36x48cm.", ["36×48cm", "36 × 48"]),
    ],
    "units": [
        ("The sack holds 40kg of cement.", ["40 kg"]),
        ("A bottle of 750 ml oil.", ["750ml"]),
        ("A disk with 8TB of space.", ["8 TB"]),
        ("Die Miete beträgt 870€ kalt.", ["870 €", "€870"]),
        ("A cable of 15 m length.", ["15m"]),
        ("It takes 90seconds.", ["90 seconds"]),
        ("Paper of size B 5.", ["B5"]),
        ("With 24GB of memory.", ['"24 GB of memory"']),
        ("With 48 GB of memory.", ['"48GB of memory"']),
    ],
    "slips": [
        ("The calendar hangs in the hall.", ["calender"]),
        ("A separate entrance is needed.", ["seperate"]),
        ("Die Kündigung kam gestern.", ["Kundigng"]),
        ("Our landlord, the maintenance firm.", ["maintenence", "landlord maintainance"]),
    ],
    "minus": [
        ("The valley had -31 degrees in winter.", ["valley -31", "-31"]),
        ("To list all, run lsblk -fmo on the machine.", ["lsblk -fmo"]),
        ("Search it with grepx --ignore-case in files.", ["grepx --ignore-case"]),
        ("Offset -0.75 was measured.", ["offset -0.75"]),
    ],
    "hyphens": [
        ("We need the follow-up letter.", ["followup", "follow up"]),
        ("The blackboard is cleaned.", ["black-board", "black board"]),
        ("Send it to the web site owner.", ["website", "web-site"]),
        ("A multi-national firm.", ["multinational"]),
        ("The re-election failed.", ["reelection"]),
        ("A check\u2010in desk at the gate.", ['"checkin"', '"checkin desk"', '"check-in desk"', "checkin"]),
        ("Der U-Bahn-Plan hängt aus.", ['"Ubahn"', '"Ubahnplan"', '"Ubahn-Plan hängt"', '"U-Bahn-Plan"']),
        ("The long run is over, of a run way.", []),
        ("The vitamin-d12 level.", ["vitamind12", "vitamin d12"]),
        ("A DX9-Recorder is sold.", ["dx9recorder"]),
        ("בית־ספר סגור", ["ביתספר", "בית ספר"]),
        ("A Café-Bar at the port.", ['"cafebar"', '"Cafébar at"']),
    ],
    "invisible": [
        ("The moun\u200btaineer rests.", ["mountaineer"]),
        ("A pine\u2060apple cake.", ["pineapple"]),
        ("Der Kühl\u00adschrank brummt.", ["Kühlschrank"]),
        ("او نمی\u200cداند.", ["نمیداند", "نمی\u200cداند"]),
    ],
    "signs": [
        ("The tool was rewritten in F#.", ['"F#"', "F#"]),
        ("Compiled with g++ only.", ['"g++"']),
        ("A service for .NET and more.", ['".NET"', ".net"]),
        ("From the P&L of March.", ['"P&L"', "P&L"]),
        ("The letter F and the net of a fisher. P l g.", []),
        ("It costs ¥ and nothing else.", ["¥"]),
        ("We go → there.", ["→"]),
        ("See § about rent.", ["§"]),
        ("Party \N{BIRTHDAY CAKE} tonight.", ["\N{BIRTHDAY CAKE}"]),
        ("They write # here.", ["#"]),
        ("A list with • only.", ["•"]),
        ("It was -> there.", ["->"]),
        ("Notes with #garden in them.", ['"#garden"']),
        ("The garden of a gardener.", []),
        ("Of blood group AB- today.", ['"AB-"']),
        ("Of blood group AB+ today.", ['"AB+"']),
        ("A fridge of class B+++ here.", ['"B+++"']),
        ("From the U.N.O. in Geneva.", ["UNO", "U. N. O."]),
        ("From the UKW band.", ["U.K.W."]),
    ],
    "compounds": [
        ("Die Betriebskostenabrechnung liegt bei.", ["Abrechnung", "Kostenabrechnung"]),
        ("Unser Steuerberatungsvertrag läuft aus.", ["Beratung", "Beratungsvertrag"]),
        ("De ziektekostenverzekering is betaald.", ["verzekering"]),
        ("Vår hyreskontraktsbilaga saknas.", ["kontrakt"]),
        ("Uusi vuokrasopimuslomake tuli.", ["sopimus"]),
        ("Die Gewerbeauskunft fehlt.", ["Auskunft"]),
        ("Die Gartentuerklinke klemmt.", ["Türklinke"]),
    ],
    "transcription": [
        ("Frau Jäger ruft an.", ["Jaeger"]),
        ("Herr Boettcher kommt.", ["Böttcher"]),
        ("Die Suessigkeiten sind da.", ["Süssigkeiten", "Süßigkeiten"]),
        ("Et hus i Århus.", ["Aarhus"]),
        ("Die Nord-Brücke ist zu.", ["Nordbruecke"]),
    ],
    "arabic": [
        ("وصلت رسالة من أسامة", ["اسامه", "أسامة"]),
        ("القاهرة مدينة قديمة", ["القاهره", "قاهرة"]),
        ("الميزانية لسنة ٢٠١٩ جاهزة", ["2019"]),
        ("کتاب تاریخی ایران", ["كتاب", "تاريخي"]),
        ("والجامعة مفتوحة", ["الجامعة", "جامعة"]),
        ("سنة ۱۳۹۸ در تهران", ["1398"]),
        ("سافر محمود وعمر", ["عمر"]),
    ],
    "hebrew": [
        ("הודעת דוא״ל חדשה", ["דואל", 'דוא"ל']),
        ('ח"כ ביקר אצל רמטכ"ל', ["רמטכל", "רמטכ״ל"]),
        ("דוח על מע''מ לשנה", ["מעמ", 'מע"מ']),
        ('כתבה ב"מעריב" אתמול', ["מעריב", '"מעריב"']),
        ("שוחחנו בנושא המשכנתא", ["משכנתא", "נושא"]),
        ("נציג באו״ם דיבר", ['או"ם']),
        ("רשימת פנקסים ישנים", ["פנקס"]),
    ],
    "han": [
        ("這是銀行帳戶的開戶資料", ["银行", "开户资料"]),
        ("图书馆的规则", ["圖書館", "図書館"]),
        ("鉄道会社の時刻表", ["鐵道", "铁道"]),
        ("衛生所的賬目", ["卫生", "帳目", "账目"]),
        ("髙木と山﨑と渡邉", ["高木", "山崎", "渡辺"]),
        ("戸籍の値段", ["户籍", "值"]),
    ],
    "inflection": [
        ("Podpisaliśmy wypowiedzenia najmu.", ["wypowiedzenie"]),
        ("Rachunki są opłacone.", ["rachunek"]),
        ("Platba za pojištění domu, smlouvou.", ["smlouva"]),
        ("Оплата за договором оренди, рахунки.", ["договір", "рахунок"]),
        ("Kira sözleşmesi imzalandı, faturalar.", ["fatura"]),
        ("Vakuutussopimuksen ehdot.", ["vakuutussopimus"]),
        ("Üürilepingu lisa.", ["üürileping"]),
        ("Platnost účtu, číslo stolu.", ["účet", "stůl"]),
        ("Bilet w dwóch książkach o drodze.", ["droga"]),
        ("Перелік заводів.", ["завід"]),
        ("Kadulla on talo.", ["katu"]),
    ],
}  # fmt: skip
NUMBERED = [(kind, *case) for kind, cases in TEXTS.items() for case in cases]
CASES = [(kind, number, query) for number, (kind, _, queries) in enumerate(NUMBERED) for query in queries]

# A file's name, and queries each of which finds it first.
NAMES = [
    ("किताबें और पेन", ["किताबें", "किताबें और पेन"]), ("राशन", ["राशन"]), ("ছবি ঘর", ["ছবি"]), ("தமிழ் பாடம்", ["தமிழ்"]),
    ("Øystein Bjørn", ["oystein", "bjorn"]), ("Łódź plan", ["lodz"]), ("Iğdır", ["igdir", "ığdır"]),
    ("Sœur", ["soeur"]),
    ("H&M", ["H&M"]), ("F#", ["F#"]), ("T", ["T"]), (".NET guide", [".NET"]), ("Dial 0171-555 23 98", ["01715552398"]),
    ("Sack 40kg", ["40 kg"]), ("Follow-up", ["followup"]), ("Web site", ["website"]), ("Jäger", ["Jaeger"]),
    ("Boettcher", ["Böttcher"]), ("銀行帳戶", ["银行"]), ("مدرسة", ["مدرسه"]), ("٢٠١٧", ["2017"]),
    ("רמטכ״ל", ["רמטכל"]),
    ("Betriebskostenabrechnung", ["Abrechnung"]), ("pine\u200bapple", ["pineapple"]), ("→", ["→"]),
    ("Kalender", ["Kalendr"]),
    ("E. T. A. Hoffmann", ["ETA Hoffmann", "E.T.A. Hoffmann"]), ("हिन्दी गाँव", ["हिंदी", "गांव"]), ("ड्राइव सड़क", ["सडक"]),
]  # fmt: skip
NAME_CASES = [(name, query) for name, queries in NAMES for query in queries]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path_factory.mktemp("texts"))
    for number, (_, text, _) in enumerate(NUMBERED):
        put_text(library.catalogue, f"/made/{number:03}.txt", f"{text}\n", library.index_set.chunking_id)
    library.update_indexes()
    yield library
    library.close()


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path_factory.mktemp("names"))
    for number, (name, _) in enumerate(NAMES):
        put_text(library.catalogue, f"/made/{name}.txt", f"text {number:03}x", library.index_set.chunking_id)
    library.update_indexes()
    yield library
    library.close()


@pytest.mark.parametrize(("kind", "number", "query"), CASES, ids=[f"{case[0]}: {case[2]}" for case in CASES])
def test_a_text_is_found_first(texts: SearchableLibrary, kind: str, number: int, query: str) -> None:
    hits = texts.searcher.search(parse(query), None, limit=3)
    assert [Path(hit.path).stem for hit in hits][:1] == [f"{number:03}"], kind
    assert hits[0].tier == "contains"


@pytest.mark.parametrize(("name", "query"), NAME_CASES, ids=[query for _, query in NAME_CASES])
def test_a_name_is_found_first(names: SearchableLibrary, name: str, query: str) -> None:
    assert [Path(hit.path).stem for hit in names.searcher.search(parse(query), None, limit=3)][:1] == [name]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("725", "A length of 72.5 in all."),
        ("72.5", "There are 725 in all."),
        ("19 million", "It was 1,9 million."),
        ("Sicherung", "Die Reiseversicherung gilt."),
        ("Schein", "Die Bescheinigung fehlt."),
        ('"#garden"', "A garden in May."),
        ('"@anna"', "Write to anna soon."),
        ('"AB-"', "Of blood group AB+ today."),
        ('"A+++"', "A fridge of class A++ here."),
    ],
)
def test_what_only_looks_alike_is_not_what_is_asked_for(tmp_path: Path, query: str, text: str) -> None:
    library = SearchableLibrary(tmp_path)
    put_text(library.catalogue, "/made/a.txt", text, library.index_set.chunking_id)
    library.update_indexes()
    assert [hit.path for hit in library.searcher.search(parse(query), None, limit=3) if hit.tier == "contains"] == []
    library.close()


@pytest.mark.parametrize(("name", "query"), [("U.N.O.", "UNO"), ("Wi-Fi", "wifi"), ("database", "data base")])
def test_a_name_in_another_spelling_contains_the_words(tmp_path: Path, name: str, query: str) -> None:
    library = SearchableLibrary(tmp_path)
    put_text(library.catalogue, f"/made/{name}.txt", "nothing", library.index_set.chunking_id)
    library.update_indexes()
    assert [hit.tier for hit in library.searcher.search(parse(query), None, limit=3)] == ["contains"]
    library.close()


def test_a_copy_is_shown_under_the_name_that_was_asked_for(tmp_path: Path) -> None:
    library = SearchableLibrary(tmp_path)
    for name in ("Lease Hamburg", "scan_0417", "Copy of a letter"):
        put_text(library.catalogue, f"/made/{name}.txt", "The same lease.", library.index_set.chunking_id)
    library.update_indexes()
    for query, name in (("scan_0417", "scan_0417"), ("hamburg", "Lease Hamburg"), ("copy letter", "Copy of a letter")):
        hits = library.searcher.search(parse(query), None, limit=3)
        assert [Path(hit.path).stem for hit in hits] == [Path(hit.title).stem for hit in hits] == [name]
        assert len(hits[0].also_at) == 2
    library.close()


def test_a_quoted_word_is_not_two_words_with_a_blank(tmp_path: Path) -> None:
    library = SearchableLibrary(tmp_path)
    made = {"hyphen": "Sign-off of the work.", "blank": "A sign off work area.", "solid": "The signoff came."}
    for name, text in made.items():
        put_text(library.catalogue, f"/made/{name[0]}.txt", text, library.index_set.chunking_id)
    library.update_indexes()
    for query, names in (('"signoff"', "hs"), ('"signoff work"', ""), ('"sign off"', "hb"), ('-"signoff" work', "b")):
        hits = library.searcher.search(parse(query), None, limit=9)
        assert {Path(hit.path).stem for hit in hits} == set(names), query
    library.close()
