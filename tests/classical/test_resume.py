"""What is noted down of a résumé, against résumés whose answers were read by a person."""

import time

import numpy as np
import pytest

ENGINEER = """John Doe, john@doe.org, +1 (555) 123-4567, github.com/jd
Objective: to build things that last, in a team that reads.
EDUCATION
B.Tech in Computer Science, 2012, CGPA: 8.2/10
MBA, 2016
Experience
7+ years of experience. June 2012 to May 2016: Acme Pvt Ltd
Skills: Java, Python, C++, MySQL, Docker
* built a thing
* mended another"""

CLERK = """জীবনবৃত্তান্ত
শিক্ষাগত যোগ্যতা: বিএ, ২০১০, ঢাকা বিশ্ববিদ্যালয়
অভিজ্ঞতা: ৫ বছর, একটি ব্যাংকে হিসাব বিভাগে কাজ করেছি
দক্ষতা: Excel, Tally, হিসাব রাখা
মোবাইল: 01711-000000, ভাষা: বাংলা ও ইংরেজি, শখ: বই পড়া"""

SQUASHED = """Skills * Networking: CCNA, OSPF.Education Details
 January 2014 MCA  Pune University
Network Engineer
Skill Details
CISCO- Exprience - 36 months
DNS- Exprience - 12 monthsCompany Details
company - Cloudatix
description - Marks 78.5% in the last year"""


def of(text):
    from nikti.classical.features.text import resume

    return dict(zip(resume.NAMES, resume.measure(text), strict=True))


def test_an_engineer():
    from nikti.classical.features.text import resume

    found = of(ENGINEER)
    assert found["résumé: years of experience stated"] == 7
    assert found["résumé: GPA as a share of the best"] == pytest.approx(0.82)
    assert found["résumé: degree: bachelor"] == found["résumé: degree: master"] == 1
    assert found["résumé: degree: doctorate"] == 0 and found["résumé: highest degree"] == 4
    assert found["résumé: skills in programming"] == pytest.approx(np.log1p(3))  # C++ is not C
    assert found["résumé: skills in databases"] == pytest.approx(np.log1p(1))
    assert found["résumé: skills in law"] == 0
    assert found["résumé: years from the first date to the last"] == 4
    assert found["résumé: employments with dates"] == pytest.approx(np.log1p(1))
    sections = {name for name in resume.SECTIONS if found[f"résumé: section on {name}"]}
    assert sections == {"education", "experience", "skills", "objective or summary"}
    contact = ("mail address", "telephone number", "web address")
    assert all(found[f"résumé: {what}"] for what in contact)
    assert found["résumé: items in lists"] == pytest.approx(np.log1p(2))


def test_bangla_names_and_digits():
    found = of(CLERK)
    assert found["résumé: is one"] == 1 and found["résumé: years of experience stated"] == 5
    assert found["résumé: section on education"] and found["résumé: section on hobbies"]
    assert found["résumé: telephone number"] and not found["résumé: mail address"]


def test_line_breaks_lost_on_the_way():
    found = of(SQUASHED)
    assert found["résumé: years of the longest skill"] == 3 and found["résumé: mean years of a skill"] == 2
    assert found["résumé: best mark in per cent"] == 78.5
    assert found["résumé: degree: master"] and found["résumé: section on education"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "skills: Java",
        "He had no education, no experience and no skills. " * 40,
        "The film follows a teacher. Experience: it is long; from May 2010 to June 2011 I saw it twice. " * 9,
    ],
)
def test_other_texts_get_zeros(text):
    from nikti.classical.features.text import resume

    assert not any(resume.measure(text))


def test_names_are_as_many_as_numbers_and_differ():
    from nikti.classical.features.text import resume

    table = resume.build().fit([ENGINEER]).transform([ENGINEER, "", CLERK])
    assert table.shape == (3, len(set(resume.NAMES))) and np.isfinite(table).all()


@pytest.mark.parametrize("piece", ["1", "( ", "a@", "skills ", "company ", "may 20 ", "• ", "\n"])
def test_time_grows_no_faster_than_a_hostile_text(piece):
    """Patterns that go back and forth need 16 times as long, or more, for a text four times as long."""
    from nikti.classical.features.text import resume

    def seconds(letters):
        text, spent = ENGINEER + piece * (letters // len(piece)), []
        for _ in range(3):
            before = time.process_time()
            resume.measure(text)
            spent.append(time.process_time() - before)
        return min(spent)

    assert seconds(200_000) < 10 * max(seconds(50_000), 0.001)
