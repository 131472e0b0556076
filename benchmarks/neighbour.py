"""Another user at work: saves one row every 50 ms until its input ends, then tells how long each save took."""

import json
import sys
import threading
import time

from django.db import OperationalError, transaction

from participants.models import Person

PAUSE_SECONDS = 0.05


def main() -> None:
    """Print `ready`, save the person of the neighbouring office again and again, then print [began, seconds, ok]s."""
    person = Person.objects.exclude(office__region="35.07.33").get()
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    saves = []
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not over.wait(PAUSE_SECONDS):
        person.phone = f"+62812{len(saves):08d}"
        began = time.monotonic()
        try:
            with transaction.atomic():
                person.save()
        except OperationalError:  # the lock was not to be had within the timeout of the portal's settings
            saves.append((began, time.monotonic() - began, False))
        else:
            saves.append((began, time.monotonic() - began, True))
    sys.stdout.write(json.dumps(saves))
