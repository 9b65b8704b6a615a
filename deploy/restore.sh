#!/usr/bin/env bash
# Puts a backup back, with the three processes stopped meanwhile:  deploy/restore.sh /var/backups/portal/2026-01-31T031500Z
set -eu
backup=${1:?"Say which backup."}
cd "$(dirname "$0")/.."
systemctl stop portal-beat portal-worker portal-web
.venv/bin/python manage.py restore "$backup" --replace
.venv/bin/python manage.py migrate --no-input
systemctl start portal-web portal-worker portal-beat
