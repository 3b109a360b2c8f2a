"""The counts of environment/test."""

from house import suite

SUREFIRE = """<testsuite>
<testcase classname="nearfar.ATest" name="passes"/>
<testcase classname="nearfar.ATest" name="fails"><failure message="expected 1&#10;got 2">at nearfar</failure></testcase>
<testcase classname="nearfar.ATest" name="breaks"><error type="E"><![CDATA[NullPointerException
at nearfar]]></error></testcase>
<testcase classname="nearfar.ATest" name="waits"><skipped type="T"><![CDATA[T: Assumption failed: needs a file: -Dnearfar.data=FOLDER
at nearfar]]></skipped></testcase>
</testsuite>"""


def test_surefire_is_counted(tmp_path):
    file = tmp_path / "TEST-a.xml"
    file.write_text(SUREFIRE)
    counts = suite.junit([file, file], "Java 17")
    assert str(counts) == "2 passed, 4 failed, 2 skipped"
    assert counts.failed[0].startswith("Java 17: nearfar.ATest.fails\n    expected 1\n    got 2")
    assert "NullPointerException" in counts.failed[1]
    assert counts.skipped[0] == "Java 17: nearfar.ATest.waits: needs a file: -Dnearfar.data=FOLDER"


def test_a_build_that_fails_before_its_tests_is_a_failure(tmp_path, monkeypatch, script):
    monkeypatch.setattr(suite, "MVNW", script("mvnw", 'echo "[ERROR] A.java:[3,1] no such symbol"\nexit 1\n'))
    monkeypatch.setattr(suite, "LOGS", tmp_path / "logs")
    counts = suite.java(suite.preflight.find_jdk(), tmp_path)
    assert str(counts) == "0 passed, 1 failed, 0 skipped"
    assert "no such symbol" in counts.failed[0]
