#!/usr/bin/python3
# A classic AGI script: one process a call, a limit of calls a day by extension and denied prefixes, kept in SQLite.
# Arguments: the database, the digits.
import sqlite3
import sys
import time

environment = {}
for line in iter(sys.stdin.readline, "\n"):
    if not line:
        sys.exit(1)
    name, _, value = line.partition(":")
    environment[name] = value.strip()

digits = sys.argv[2]
extension = environment["agi_channel"].split("/")[1].rsplit("-", 1)[0]
db = sqlite3.connect(sys.argv[1], timeout=5)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = NORMAL")
db.execute("CREATE TABLE IF NOT EXISTS denied (prefix TEXT PRIMARY KEY)")
db.execute("CREATE TABLE IF NOT EXISTS calls (at REAL, extension TEXT, digits TEXT)")
db.execute("CREATE INDEX IF NOT EXISTS calls_by ON calls (extension, at)")
now = time.time()
with db:
    prefixes = [digits[:n] for n in range(1, len(digits) + 1)]
    marks = ",".join("?" * len(prefixes))
    denied = db.execute(f"SELECT 1 FROM denied WHERE prefix IN ({marks})", prefixes).fetchone()
    made = db.execute("SELECT COUNT(*) FROM calls WHERE extension = ? AND at > ?", (extension, now - 86400)).fetchone()[0]
    verdict = "block" if denied or made >= 10000 else "allow"
    db.execute("INSERT INTO calls VALUES (?, ?, ?)", (now, extension, digits))
print(f'SET VARIABLE VERDICT "{verdict}"', flush=True)
sys.stdin.readline()
