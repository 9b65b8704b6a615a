"""The process beside this one that opens files from strangers (see ``parsers``), started at the first file."""

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

PROGRAM = Path(__file__).with_name("parsers.py")
lock = threading.Lock()
running = {}
"""Our process id -> the parser process: after a fork each worker starts its own."""


def parse(path, kind):
    """``{"pages": ...}`` or ``{"fault": code}`` for the file at ``path``; one file at a time."""
    question = json.dumps({"path": str(path), "kind": kind}) + "\n"
    with lock:
        for _attempt in range(2):
            process = parser_process()
            try:
                process.stdin.write(question)
                process.stdin.flush()
                if answer := process.stdout.readline():
                    return json.loads(answer)
            except OSError:
                pass
            end(process)
    return {"fault": "not_checked"}


def parser_process():
    process = running.get(os.getpid())
    if process is None or process.poll() is not None:
        process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
        running[os.getpid()] = process
        atexit.register(end, process)
    return process


def end(process):
    """Close the pipes, which the program takes as its end; kill it if it does not."""
    if running.get(os.getpid()) is not process:
        return
    del running[os.getpid()]
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
