"""The calendar and the gauges of `envgate rotation`, read by the parsers that others use: icalendar, and the client of Prometheus.

    target/python/bin/python tests/ages.py target/debug/envgate
"""
import subprocess
import sys
from datetime import date
from pathlib import Path

import icalendar
from prometheus_client.parser import text_string_to_metric_families

BINARY = Path(sys.argv[1]).resolve()
BILLING = Path(__file__).parent.parent / "schemas/examples/billing/broken-age"
NOW = "2026-11-20T00:00:00Z"


def written(form, *more):
    evidence = [word for file in sorted((BILLING / "evidence").iterdir()) for word in ("--evidence", str(file))]
    command = [BINARY, "rotation", "--now", NOW, "--fail-on", "never", "--format", form, *more, *evidence]
    return subprocess.run(command, cwd=BILLING, env={}, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


calendar = written("ics")
assert calendar == written("ics"), "the same bytes"
assert calendar.count(b"\n") == calendar.count(b"\r\n"), "every line ends in CRLF"
assert max(map(len, calendar.split(b"\r\n"))) <= 75, "folded at 75 octets"
parsed = icalendar.Calendar.from_ical(calendar)
events = {str(event["UID"]): event for event in parsed.walk("VEVENT")}
assert not parsed.errors and not any(event.errors for event in events.values())
assert len(events) == len(parsed.walk("VEVENT")) == 11, f"{len(events)} events, each with an id of its own"
event = events["DATABASE_PASSWORD.production.Billing@envgate"]
assert event.decoded("DTSTART") == date(2026, 12, 4), event
assert event["DTSTAMP"].to_ical() == b"20261120T000000Z" and int(event["SEQUENCE"]) == 1
assert "Owner: database on-call\n" in str(event["DESCRIPTION"]), str(event["DESCRIPTION"])

redacted = written("ics", "--redact-names").decode()
hidden = icalendar.Calendar.from_ical(redacted).walk("VEVENT")
assert len({str(event["UID"]) for event in hidden}) == len(events), "other ids, and each its own"
assert sorted(event.decoded("DTSTART") for event in hidden) == sorted(event.decoded("DTSTART") for event in events.values())
assert not any(word in redacted for word in ("DATABASE_PASSWORD", "SETTLEMENT", "partner-token", "runbook")), redacted

families = {family.name: family for family in text_string_to_metric_families(written("prometheus").decode())}
due = {(s.labels["env"], s.labels["key"]): s.value for s in families["envgate_secret_due_timestamp_seconds"].samples}
assert due["production", "DATABASE_PASSWORD"] == 1796371200, due
assert ("production", "ARCHIVE_PASSWORD") not in due, "what is not known has no series"
verdicts = [s for s in families["envgate_secret_verdict"].samples if s.labels["key"] == "ARCHIVE_PASSWORD"]
assert [(s.labels["verdict"], s.value) for s in verdicts] == [("unknown", 1.0)]
assert all(family.type == "gauge" for family in families.values())
print(f"ages: {len(events)} events of a calendar and {sum(len(f.samples) for f in families.values())} gauges are read by others")
