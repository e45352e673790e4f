"""Places: found in a posting, read into locations, merged and compared."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract.kinds.kind import Finding, Settled
from extract.kinds.places.locations import locations
from extract.kinds.places.place_kind import Place
from extract.kinds.places.statements import is_labelled
from extract.text.document import from_text
from extract.values import Document, Line, Location, Span

PLACE = Place()
Triple = tuple[str | None, str | None, str | None]


def document(text: str) -> Document:
    """Make a document with one line for each line of the text."""
    lines, at = [], 0
    for piece in text.split("\n"):
        if piece.strip():
            start = at + len(piece) - len(piece.lstrip())
            lines.append(Line(len(lines) + 1, Span(start, at + len(piece.rstrip()))))
        at += len(piece) + 1
    return Document("1", "here", text, tuple(lines))


def quotes(text: str) -> list[str]:
    """Return the words of the proposals."""
    of = document(text)
    return [of.quote(span) for span in PLACE.propose(of)]


def triples(found: tuple[Location, ...] | None) -> list[Triple]:
    """Return city, region and country of each place."""
    return [(place.city, place.region, place.country) for place in found or ()]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Leeds", [("Leeds", None, None)]),
        ("浙江省杭州市西湖区", [("杭州市", "浙江省", "CN")]),
        ("四川成都高新西区", [("成都", "四川", "CN")]),
        ("江苏-南京", [("南京", "江苏", "CN")]),
        ("台北市內湖區", [("台北市", None, None)]),
        ("長野県上田市", [("上田市", "長野県", "JP")]),
        ("경기 성남시 분당구", [("성남시", "경기", "KR")]),
        ("TP.Đà Nẵng", [("Đà Nẵng", None, None)]),
        ("LEEDS, UK", [("Leeds", None, "GB")]),
        ("Tulsa, OK", [("Tulsa", "OK", "US")]),
        ("Tulsa, OK 74103", [("Tulsa", "OK", "US")]),
        ("Tulsa, Oklahoma, United States", [("Tulsa", "Oklahoma", "US")]),
        ("OK-Tulsa", [("Tulsa", "OK", "US")]),
        ("US-OK-Tulsa", [("Tulsa", "OK", "US")]),
        ("Tulsa (OK)", [("Tulsa", "OK", "US")]),
        ("United States, Tulsa (OK)", [("Tulsa", "OK", "US")]),
        ("tulsa, ok", []),
        ("Tulsa, ok", [("Tulsa", "OK", "US")]),
        ("HAMILTON, ON L8P 1A1", [("Hamilton", "ON", "CA")]),
        ("Toronto, CA", [("Toronto", None, "CA")]),
        ("Fresno, CA", [("Fresno", "CA", "US")]),
        ("Salem, OR 97301 or Boise, ID", [("Salem", "OR", "US"), ("Boise", "ID", "US")]),
        ("Perth, WA", [("Perth", "WA", "AU")]),
        ("Spokane, WA", [("Spokane", "WA", "US")]),
        ("Savannah, Georgia", [("Savannah", "Georgia", "US")]),
        ("Batumi, Georgia", [("Batumi", None, "GE")]),
        ("Victoria, BC", [("Victoria", "BC", "CA")]),
        ("New York, New York", [("New York", "New York", "US")]),
        ("Whitby, North Yorkshire", [("Whitby", "North Yorkshire", "GB")]),
        ("Whitby North Yorkshire", [("Whitby", "North Yorkshire", "GB")]),
        ("Lille, HDF, FR", [("Lille", "HDF", "FR")]),
        ("Lille, A8, FR", [("Lille", None, "FR")]),
        ("Brno, Brno, Czechia", [("Brno", "Brno", "CZ")]),
        ("Uppsala, Uppsala län", [("Uppsala", "Uppsala län", "SE")]),
        ("Köln-Ehrenfeld", [("Köln", None, None)]),
        ("50667 Köln, Deutschland", [("Köln", None, "DE")]),
        ("Augsburg, Bayern", [("Augsburg", "Bayern", "DE")]),
        ("Praha 4", [("Praha", None, None)]),
        ("千葉県船橋市", [("船橋市", "千葉県", "JP")]),
        ("東京都港区", [("港区", "東京都", "JP")]),
        ("Dallas, Boston, Texas & SoCal", [
            ("Dallas", None, None), ("Boston", None, None),
            (None, "Texas", "US"), (None, "SoCal", "US"),
        ]),
        ("Pune or Chennai, India", [("Pune", None, "IN"), ("Chennai", None, "IN")]),
        ("Lyon / Nantes", [("Lyon", None, None), ("Nantes", None, None)]),
        ("Oslo, Norway; Turku, Finland", [("Oslo", None, "NO"), ("Turku", None, "FI")]),
        ("Austria, Germany", [(None, None, "AT"), (None, None, "DE")]),
        ("Remote, US", [(None, None, "US")]),
        ("Trinidad and Tobago", [(None, None, "TT")]),
        ("Singapore", [("Singapore", None, "SG")]),
        ("Ontario, Canada", [(None, "Ontario", "CA")]),
        ("Lund, Skåne County, Sweden", [("Lund", "Skåne County", "SE")]),
        ("Little Snoring, Umbrella County, UK", [("Little Snoring", "Umbrella County", "GB")]),
        ("Haifa District, Israel", [(None, "Haifa District", "IL")]),
        ("Vilnius, Vilniaus, Lithuania", [("Vilnius", "Vilniaus", "LT")]),
        ("Cork, County Cork, Ireland", [("Cork", "County Cork", "IE")]),
        ("NY, NY", [("NY", "NY", "US")]),
        ("12 High Street, Leeds", [("Leeds", None, None)]),
        ("Little Snoring", [("Little Snoring", None, None)]),
        ("Remote", []),
        ("Hybrid / Home office", []),
        ("12-14 28th Street", []),
        ("Sales & Planning Unit", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_statement_is_read_into_its_places(statement: str, expected: list[Triple]) -> None:
    """City, region and country, in either order, several in one, and nothing that is none."""
    assert expected == triples(locations(statement, labelled=True))


def test_an_unknown_town_needs_a_label_or_a_region() -> None:
    """Without either, capitalised words are no place."""
    assert () == locations("Little Snoring")
    assert [("Little Snoring", "England", "GB")] == triples(locations("Little Snoring, England"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Location: Leeds, UK\nSalary: good", ["Leeds, UK"]),
        ("**Standort: Köln**", ["Köln"]),
        ("Lieu : Lyon", ["Lyon"]),
        ("Ubicación: Sevilla, España", ["Sevilla, España"]),
        ("Místo výkonu práce: Olomouc", ["Olomouc"]),
        ("Ort: Malmö", ["Malmö"]),
        ("勤務地：千葉県船橋市", ["千葉県船橋市"]),
        ("Work location\n12 High Street, Leeds, UK", ["Leeds, UK"]),
        ("Title Location: Leeds, Ohio & Texas What you will do all day", ["Leeds, Ohio & Texas"]),
        ("Job 12 Locations United States, Tulsa (OK) Teams Sales", ["United States, Tulsa (OK)"]),
        ("Location: Little Snoring", ["Little Snoring"]),
        ('"cities": ["Ostrava, Česko"]', ["Ostrava, Česko"]),
        ("Plumber\nHAMILTON, ON L8P 1A1", ["HAMILTON, ON"]),
        ("Intern\nOK-TULSA\nfiling", ["OK-TULSA"]),
        ("Cook\nRemote, US", ["US"]),
        ("You will join the team in Nottingham.", ["Nottingham"]),
        ("Fırıncı\nİzmir'deki mağazamızda çalışacak", ["İzmir"]),
        ("אופה\nהמאפייה ממוקמת בבאר שבע ליד הים", ["באר שבע"]),
        ("Kock\nKöket ligger på plats i Sundsvall.", ["Sundsvall"]),
        ("A role in our main offices in Leeds, the UK.", ["Leeds, the UK"]),
        ("근무지: 서울 강남구 테헤란로 32", ["서울"]),
        ("annons.kommunnamn: Malmö\nannons.land: Sverige", ["Malmö"]),
        ("Le poste est basé à Rennes, dès que possible", ["Rennes"]),
        ("Positions are available in Tulsa, OK, and Boise, ID, now", ["Tulsa, OK, and Boise, ID"]),
        ("this role sits in either Tulsa, ok or Boise, id office", ["Tulsa, ok or Boise, id"]),
    ],
)  # fmt: skip
def test_statements_are_proposed(text: str, expected: list[str]) -> None:
    """Labelled, on a line of their own, or after a cue; only as far as the places go."""
    assert expected == quotes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Postdoc\nUniversity of California, Davis\nApply now",
        "Postdoc\nNOTTINGHAM TRENT UNIVERSITY\nApply now",
        "Fellow\nLeeds Teaching Hospital\nApply now",
        "PhD student\nA group at Umbrella University (Germany)",
        "Teacher for students from Angola",
        "Lehrkraft für Studierende aus Angola",
        "Asesor\nVentas\nSolicita ya",
        "Pay range (WA, NY, NJ, CT): $20 to $30",
        "Fırıncı\nBir ekip ve saha için çalışacak. Saha Pazarlaması ile bu işi yapacak",
        f"Thợ làm bánh\n{'Được học nghề, đủ chế độ. ' * 4}Thưởng tháng 13",
    ],
)
def test_what_only_holds_the_name_of_a_place_is_none(text: str) -> None:
    """Institutions, where people come from, departments, states of pay, words of the language."""
    assert quotes(text) == []


def test_a_country_behind_an_unknown_name_makes_it_no_town() -> None:
    """A space is no comma: "Umbrella España" is a firm."""
    assert ("Umbrella", None, "ES") not in triples(locations("Umbrella España"))
    assert triples(locations("Umbrella, España")) == [("Umbrella", None, "ES")]


@pytest.mark.parametrize(
    "text",
    [
        "We are headquartered in Boston, MA.",
        "A degree of the University of Nottingham is fine.",
        "We have clients in Germany and offices in Tulsa, OK.",
        "Write to jobs@nottingham.example or see www.example.com/leeds",
        "Head of Sales (India)",
        "Experience in Enterprise Architecture",
        "Knowledge of Docker, CI and Buchhaltung, IT",
        "Read the Nottingham Post",
        "Location: Remote",
        "Be nice. Reading and writing is what most of us do.",
    ],
)
def test_other_places_are_not_proposed(text: str) -> None:
    """Headquarters, universities, customers, addresses, and words that are also towns."""
    assert [] == quotes(text)


def test_the_keys_of_an_address_make_one_place() -> None:
    """The town is quoted, and its neighbours say region and country."""
    text = '"addressCountry": "US",\n"addressLocality": "Tulsa",\n"addressRegion": "OK",'
    of = document(text)
    (span,) = PLACE.propose(of)
    assert "Tulsa" == of.quote(span)
    assert [("Tulsa", "OK", "US")] == triples(PLACE.read(of, span))


def test_an_address_without_a_town_is_a_place_too() -> None:
    """Country and region alone are proposed where no town stands by."""
    of = document('"addressRegion": "OK",\n"addressCountry": "US"')
    assert (None, "OK", "US") in triples(PLACE.read(of, PLACE.propose(of)[0]))


def test_one_place_is_proposed_once() -> None:
    """A repetition that says no more is left out."""
    assert ["Leeds, UK"] == quotes("Nurse\nLeeds, UK\nYou will join the team in Leeds, UK.")


def test_a_label_is_seen_before_its_value_only() -> None:
    """The word "location" elsewhere in the line is no label."""
    of = Document("1", "here", "Location: Leeds, not the location of Boston", ())
    assert is_labelled(of, Span(10, 15))
    assert not is_labelled(of, Span(37, 43))


def settle(text: str, *said: str) -> Settled:
    """Settle the readings of the given quotes."""
    of = document(text)
    findings = []
    for words in said:
        span = Span(text.index(words), text.index(words) + len(words))
        findings.extend(Finding(span, place) for place in PLACE.read(of, span) or ())
    return PLACE.settle(of, findings)


def test_a_place_that_says_less_is_evidence_of_the_fuller_one() -> None:
    """Whichever comes first, the fuller one is kept, with both spans."""
    settled = settle("Join us in Tulsa now.\nLocation: Tulsa, OK", "Tulsa", "Tulsa, OK")
    assert [("Tulsa", "OK", "US")] == triples(tuple(settled.value))
    assert (("0", Span(11, 16)), ("0", Span(32, 41))) == settled.evidence
    assert "stated" == settled.state


def test_labelled_statements_of_different_places_conflict() -> None:
    """All are kept, each with its evidence, and the note quotes both statements."""
    settled = settle(
        "Location: Dallas, Boston & Ohio\nLocations Tulsa (OK)",
        "Dallas, Boston & Ohio",
        "Tulsa (OK)",
    )
    assert ["Dallas", "Boston", None, "Tulsa"] == [place.city for place in settled.value]
    assert ["0", "1", "2", "3"] == [number for number, _ in settled.evidence]
    assert "conflicting" == settled.state
    assert "Tulsa (OK)" in (settled.note or "")


def test_places_outside_labels_do_not_conflict() -> None:
    """Two sites in the text are two places of work."""
    settled = settle("We work in Leeds and in Hull.", "Leeds", "Hull")
    assert ("stated", 2) == (settled.state, len(settled.value))


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("In Recife, anywhere in Brazil", ("Recife", "Brazil"), [("Recife", None, "BR")]),
        ("Brazil: our shop is in Recife", ("Brazil", "Recife"), [("Recife", None, "BR")]),
        (
            "In London and Canada",
            ("London", "Canada"),
            [("London", None, None), (None, None, "CA")],
        ),
    ],
)
def test_the_country_of_a_town_can_stand_elsewhere(
    text: str, said: tuple[str, ...], expected: list[tuple[str | None, ...]]
) -> None:
    """Of towns of one name the largest is meant."""
    settled = settle(text, *said)
    assert expected == triples(tuple(settled.value))
    assert len(said) == len(settled.evidence)


@pytest.mark.parametrize(
    ("found", "expected", "score"),
    [
        (("Tulsa", "OK", "US"), ("tulsa", "Oklahoma", None), 1.0),
        (("Tulsa", None, None), ("Tulsa", "OK", "US"), 1.0),
        (("Wien", None, "AT"), ("Vienna", None, None), 1.0),
        (("Vienna", "VA", None), ("Vienna", None, "AT"), 1.0),
        (("Vienna", None, "US"), ("Vienna", None, "AT"), 0.0),
        (("Tulsa", "OK", None), ("Tulsa", "TX", None), 0.0),
        (("Tulsa", "OK", "US"), ("Boise", "OK", "US"), 0.0),
        ((None, "TX", None), (None, "Texas", "US"), 1.0),
        ((None, None, "US"), (None, None, "US"), 1.0),
        ((None, None, "US"), (None, "Texas", "US"), 0.0),
        (("Tulsa", "OK", "US"), (None, "OK", "US"), 0.0),
        ((None, None, None), (None, None, None), 0.0),
    ],
)
def test_similarity(found: Triple, expected: Triple, score: float) -> None:
    """Agreement where both say something; a missing town is a difference; either way round."""
    one, other = (
        Location(text="", city=city, region=region, country=country)
        for city, region, country in (found, expected)
    )
    assert score == PLACE.similarity(one, other) == PLACE.similarity(other, one)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fitter wanted, Newman WA. Own tools.", ("Newman", "WA", None)),
        ("Forklift driverBluff Road HaulageTulsa, OK", ("Tulsa", "OK", "US")),
        ("Baker - Harbour Store, Hamilton, Ontario", ("Hamilton", "Ontario", "CA")),
        ("Aktuar\nSt.\xa0Gallen\nper sofort\nFiliale in Zürich.", ("St. Gallen", None, None)),
        ("Koch gesucht, 17 Euro. Gasthof Linde, Rostock", ("Rostock", None, None)),
        ("Wir suchen Verstärkung für unsere Werkstatt in Attendorn.", ("Attendorn", None, None)),
        ("Als monteur werk je vanuit ons kantoor in Havelte.", ("Havelte", None, None)),
        ("Pour notre atelier de Jodoigne, nous cherchons un tourneur.", ("Jodoigne", None, None)),
        ("Cuoco per rifugio sopra Andalo , TN cercasi", ("Andalo", "TN", None)),
        ("Plongeur\nSaint-Véran-Haut (Savoie) • CDD", ("Saint-Véran-Haut", "Savoie", "FR")),
        ("Trabajas en Villa Lugano (Buenos Aires, Argentina)", ("Villa Lugano", None, "AR")),
        ("現場はすべて長野県茅野市の工場です。", ("茅野市", "長野県", "JP")),
        ("**勤務地**\u3000長野県茅野市\u3000本社工場", ("茅野市", "長野県", "JP")),
        ("job.lieu.commune: Créon\njob.lieu.departement: Gironde", ("Créon", "Gironde", "FR")),
    ],
)
def test_small_towns_are_proposed(text: str, expected: Triple) -> None:
    """A town that no gazetteer has is known by its form, or by the words before it."""
    of = document(text)
    found = [place for span in PLACE.propose(of) for place in triples(PLACE.read(of, span))]
    assert any(
        all(want in (None, said) for want, said in zip(expected, place, strict=True))
        for place in found
    ), found


@pytest.mark.parametrize(
    "text",
    [
        "Arbeiten in Teilzeit, mit Zuschlag.",
        "Ich arbeite in Salesforce, in Schichten, und in Absprache mit allen.",
        "We work in Pairs, and the office is new.",
        "Die Gruppen sind klein. Lernen in Gruppen, das macht Freude.",
        "PhD in hand? OK. Store Manager, University Van",
        "You know Python, R and Julia.\nJulia",
    ],
)
def test_words_are_no_towns(text: str) -> None:
    """Capitals alone make no town."""
    assert [] == quotes(text)


def test_the_address_of_a_portal_is_not_the_jobs() -> None:
    """A key's path tells whose address it is: nothing of a publisher's is given."""
    of = document("job.publisher.city: Lyon\njob.place.city: Dijon")
    assert ["Dijon"] == [of.quote(span) for span in PLACE.given(of)]


def test_a_school_is_not_the_place_of_work() -> None:
    """The town of the vocational school is not proposed."""
    assert ["Attendorn"] == quotes("Unser Betrieb in Attendorn. Berufsschule ist in Siegen, 30 km.")


PIECES = st.lists(
    st.sampled_from(
        ["Leeds", "Tulsa", "OK", "UK", "Location:", "in", "based in", ", ", " ", "\n", "(", ")",
         "-", "/", "and", "Germany", "71", "remote", "東京都港区", "city: ", '"', "é", "LEEDS"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(PIECES)
@example("Location:, LeedsLeeds")
def test_proposals_lie_in_the_text_and_read(text: str) -> None:
    """In order, apart, and each names a place in the words of the text."""
    of = document(text)
    spans = PLACE.propose(of)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        assert span.start < span.end <= len(text)
        assert PLACE.read(of, span)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gesucht wird Hilfe. Am Wall 3, 32657 Lemgo", ["Lemgo"]),
        ("溶接工募集 堺市・東大阪市の現場", ["堺市", "東大阪市"]),
        ("パン職人\n勤務地: 福岡県 福岡市博多区 1-2-3", ["福岡県 福岡市"]),
        ("Glazier wanted\nThe Old Kiln, Wetherby", ["Wetherby"]),
        ("Bäckerin gesucht, Rente in Kita und Pension", []),
        ("Oleiro. Oferecemos salário e Plano de saúde para você", []),
        ("Zeichner für Entwürfe in Kohle- und Kreidetechnik gesucht, und das gern", []),
        ("Potier recherché pour le Tanger des artisans, avec les autres", ["Tanger"]),
        (
            "Potter\nLucena City, CALABARZON (Region IV-A)\nDay shift",
            ["Lucena City, CALABARZON (Region IV-A)"],
        ),
        ("Potter\nTaguig, Metro Manila", ["Taguig, Metro Manila"]),
        ("Oleiro\nGreater Porto Alegre Area\nHá 2 semanas", ["Porto Alegre"]),
        ("Potter. Wages follow Art. 4 Para. 2 of the act.", []),
        ("Selger\nOvnsgata 9, 6260 Skodjedal\nDeltid", ["Skodjedal"]),
        ("Potter\nKiln 9, 6260 potters were here", []),
        ("{'libelle': '26 - VALENCE', 'latitude': 44.9}\nPotier", ["VALENCE"]),
    ],
)
def test_towns_in_the_forms_of_notices(text: str, expected: list[str]) -> None:
    """Behind a postal code, in a Japanese list, closing a line; no nouns, no function words."""
    assert expected == quotes(text)


@pytest.mark.parametrize(
    ("text", "cities", "region"),
    [
        ("St John’s Park, Sheffield", ["Sheffield"], None),
        ("Hillsborough, Sheffield", ["Sheffield"], None),
        ("Brook Park, Leeds", ["Leeds"], None),
        ("Madrid, Barcelona", ["Madrid", "Barcelona"], None),
        ("Roma, Milano", ["Roma", "Milano"], None),
        ("Utrera, Sevilla", ["Utrera"], "Sevilla"),
        ("Sesto San Giovanni, Milano", ["Sesto San Giovanni"], "Milano"),
        ("Swansea, Wales", ["Swansea"], "Wales"),
        ("Barranca, Lima, Perú", ["Barranca"], "Lima"),
        ("Natal/RN", ["Natal"], "RN"),
        ("Ravenna (RA)", ["Ravenna"], "RA"),
        ("Nashik, MH", ["Nashik"], "MH"),
        ("Madrid, ES", ["Madrid"], None),
    ],
)
def test_a_name_before_a_town_that_is_a_regions_too(
    text: str, cities: list[str], region: str | None
) -> None:
    """A quarter before its town, two towns, or a town in its province or the state of its code."""
    document = from_text(text, id="1", source="-")
    found = [
        place for span in Place().propose(document) for place in Place().read(document, span) or ()
    ]
    assert cities == [place.city for place in found]
    assert {region} == {place.region for place in found}


def test_an_office_named_after_a_country_is_no_town() -> None:
    """What is left of its name is not the name of a town."""
    document = from_text("Universidad Nacional de Colombia", id="1", source="-")
    found = [
        place for span in Place().propose(document) for place in Place().read(document, span) or ()
    ]
    assert [(None, "CO")] == [(place.city, place.country) for place in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cook\nVA R$ 18,49; VT", []),
        ("Cook\nVA", ["VA"]),
        ("Cook\nTX 78701", ["TX"]),
        ("Bookkeeping with URA and IRA forms", []),
        ("Cook\n✓ Plano de saúde", []),
        ("Cook\nAsk the Head of Department as you like.", []),
        ("Cook\nLocation: Europe", []),
        ("Cook\nBased in Europe or Canada.", ["Canada"]),
        ("Cook\nVivir en América Latina", []),
        ("Cook\nFluent in Bahasa Malaysia", []),
        ("Повар\nИванов В. Н.\nЗвоните", []),
        ("Juru masak\n• Surat lamaran kerja", []),
    ],
)
def test_a_code_is_a_place_only_where_the_line_says_no_more(text: str, expected: list[str]) -> None:
    """Elsewhere it abbreviates something else."""
    assert expected == quotes(text)


@pytest.mark.parametrize(
    "town", ["Москва", "Ростов-на-Дону", "Златоград", "Αθήνα", "ΑΘΗΝΑ", "תל אביב", "الرياض", "서울"]
)
def test_towns_are_known_in_the_script_of_their_country(town: str) -> None:
    """The gazetteer's own names are Latin."""
    assert [town] == quotes(f"—\n{town}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fellow\nUniversity of Wales Hospital, Cardiff, CF14 4XW", ["Cardiff"]),
        ("Nurse\nKnights Hill Surgery, London SE27 0DF", ["London"]),
        ("Boulanger (H/F)\n01 - FERNEY VOLTAIRE\nCDI", ["FERNEY VOLTAIRE"]),
        ("Boulanger (H/F)\n01 - ST BENIGNE\nCDI", ["ST BENIGNE"]),
        ("Boulanger (H/F)\n12 - BRICOLAGE ET FLEURS, 3 pièces", []),
    ],
)
def test_postcodes_and_departements_mark_towns(text: str, expected: list[str]) -> None:
    """A British postcode stands behind its town, a département's number before it."""
    assert expected == quotes(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sted: Albert Moens vei 59, 1711 Sarpsborg", [("Sarpsborg", None, None)]),
        ("Location: Paris Road 12, 1711 Sarpsborg", [("Sarpsborg", None, None)]),
        ("Cidade:\n- Estado", []),
        ("Free coaching online", []),
        ("Requisition ID: 3541", []),
        (
            "Frankfurt am Main, München, Berlin, Karlsruhe, Hannover, Köln, Stuttgart",
            [
                (city, None, None)
                for city in (
                    "Frankfurt am Main",
                    "München",
                    "Berlin",
                    "Karlsruhe",
                    "Hannover",
                    "Köln",
                    "Stuttgart",
                )
            ],
        ),
        ("region: Ospecificerad arbetsort\ncountry: Sverige", [(None, None, "SE")]),
    ],
)
def test_streets_and_placeholders_are_no_towns_and_a_list_is_of_all(
    text: str, expected: list[Triple]
) -> None:
    """A name before a number and a postal code, words for no place; and a line of seven towns."""
    of = from_text(f"Potter\n{text}\nMake pots")
    found = [triple for span in PLACE.propose(of) for triple in triples(PLACE.read(of, span))]
    assert expected == list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Toronto\nOntario", [("Toronto", "Ontario", "CA")]),
        ("London\nOntario", [("London", None, None), (None, "Ontario", "CA")]),
    ],
)
def test_a_lone_region_is_that_of_its_town(text: str, expected: list[Triple]) -> None:
    """A region that stands apart holds the largest town of its name, or is another place."""
    lines = document(text)
    found = [
        Finding(line.span, place)
        for line in lines.lines
        for place in locations(lines.quote(line.span), labelled=True)
    ]
    assert triples(tuple(PLACE.settle(lines, found).value)) == expected


def test_a_word_in_small_letters_is_no_town_of_a_country() -> None:
    """What goes on behind a country in small letters is no place in it."""
    assert triples(locations("the US or Canada, as this role")) == [
        (None, None, "US"),
        (None, None, "CA"),
    ]
