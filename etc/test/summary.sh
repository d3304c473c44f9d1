#!/bin/sh
# Adds up the reports of Surefire and Failsafe below this checkout. Ends with one line of totals.
set -eu
cd "$(dirname "$0")/../.."
find . -path '*/target/*-reports/TEST-*.xml' | sort | xargs awk '
  function attribute(line, name) {
    if (!match(line, " " name "=\"[^\"]*\"")) return ""
    return substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
  }
  /<testsuite / { tests += attribute($0, "tests"); bad += attribute($0, "errors") + attribute($0, "failures"); skipped += attribute($0, "skipped") }
  /<testcase / { test = attribute($0, "classname") "." attribute($0, "name") }
  /<skipped/ {
    why = attribute($0, "message")
    if (why == "") { why = $0; sub(/.*Assumption failed: /, "", why); sub(/\]\]>.*/, "", why) }
    print "skipped: " test ": " why
  }
  END { printf "%d passed, %d failed, %d skipped\n", tests - bad - skipped, bad, skipped; if (tests == 0) exit 1 }
'
