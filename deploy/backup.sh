#!/usr/bin/env bash
# One backup in a folder named for the moment, the newest KEEP (default 14) kept:  deploy/backup.sh /var/backups/portal
set -eu
folder=${1:?"Say where backups are kept."}
keep=${KEEP:-14}
cd "$(dirname "$0")/.."
umask 077
mkdir -p "$folder"
made="$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"
.venv/bin/python manage.py backup "$made.unfinished"
mv "$made.unfinished" "$made"
ls -1d "$folder"/????-??-??T??????Z | head -n "-$keep" | while read -r old; do rm -rf "$old"; done
