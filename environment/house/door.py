"""The way in for every program here: an old Python, an error and ctrl-C each get one clear line.

This file alone must parse on any Python 3, or the reader of an old one sees a syntax error instead of the message.
"""

import importlib
import os
import signal
import sys


def enter(module, program):
    if sys.version_info < (3, 10):
        sys.exit(
            "nearfar needs Python 3.10 or newer, this is %d.%d (%s): install a newer one and run it with that, "
            "e.g. python3.12 %s" % (sys.version_info[0], sys.version_info[1], sys.executable, program)
        )
    # A request to end is an interrupt: whatever cleans up after ctrl-C also cleans up after kill.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):  # a redirected Windows console cannot encode everything a message may hold
        stream.reconfigure(errors="replace")
    name = os.path.basename(program)
    say = importlib.import_module("house.say")
    try:
        code = importlib.import_module("house." + module).main(sys.argv[1:])
    except say.Problem as problem:
        say.error("environment/%s: %s" % (name, problem))
        code = problem.code
    except KeyboardInterrupt as interrupt:
        say.error("\nenvironment/%s: %s" % (name, interrupt.args[0] if interrupt.args else "stopped; run it again when you like."))
        code = 130
    except OSError as error:  # a full disk, a folder that may not be written: the system's own words are the clearest
        say.error("environment/%s: %s%s" % (name, error.strerror or error, ": %s" % error.filename if error.filename else ""))
        if os.environ.get("NEARFAR_DEBUG"):
            raise
        code = 1
    sys.exit(code)
