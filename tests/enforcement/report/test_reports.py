from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.report.json_lines import JsonReport
from colonnade.enforcement.report.reports import report_of
from colonnade.enforcement.report.sarif import SarifReport
from colonnade.enforcement.report.text import TextReport
from colonnade.kit.shipped import shipped
from colonnade.policy import load_book


def test_each_form_has_its_report():
    arguments = (default_rules(), load_book().current, shipped("rules"))
    assert isinstance(report_of("text", *arguments), TextReport)
    assert isinstance(report_of("json", *arguments), JsonReport)
    assert isinstance(report_of("sarif", *arguments), SarifReport)
