"""Reports on paper: at most 100 columns, both languages, nil written out; CSV and JSON say the same."""

import csv
import io

from rich.cells import cell_len

from services.reporting.printing import as_csv, as_json, as_text
from tests.services.reporting.builders import REPORT, City, clarified, line, session


def city_with_something(city: City) -> City:
    city.report(REPORT, clarified())
    city.person(session())
    city.lines(line(1), line(2, "QUARANTINED", "SCHEMA"))
    return city


def test_a_printed_report_fits_100_columns_in_both_languages(city: City) -> None:
    figures = city_with_something(city).figures()

    for text in (as_text(figures.annual(2023)), as_text(figures.monthly(2023, 6))):
        assert max(map(cell_len, text.splitlines())) <= 100
        assert "澄清人数 persons cleared" in text


def test_csv_has_one_line_a_number_and_nil_too(city: City) -> None:
    figures = city_with_something(city).figures()

    year = list(csv.reader(io.StringIO(as_csv(figures.annual(2023)))))
    month = list(csv.reader(io.StringIO(as_csv(figures.monthly(2023, 6)))))

    assert year[0] == ["figure", "dimension", "value"]
    assert ["annual.persons_clarified", "", "1"] in year
    assert ["annual.persons_promoted", "", "0"] in year
    assert ["clarification.persons_by_district", "330206", "1"] in year
    assert ["incoming.quarantined_by_agency", "petition/SCHEMA", "1"] in year
    assert ["persons_clarified", "district/330206", "1"] in month


def test_json_has_the_blocks_of_the_expected_file(city: City) -> None:
    content = as_json(city.figures().annual(2023))

    assert list(content)[2:10] == [
        "lines",
        "annual",
        "clarification",
        "false_accusation",
        "revisit",
        "sanctions",
        "promoted",
        "tolerance",
    ]
