# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of this folder found wrong, and what of it is known."""

MAX_SHOWN = 100


class Known:
    """known.txt: what is wrong and may be, and whether it still is."""

    def __init__(self, path):
        self.names, self.used = set(), set()
        with open(path, encoding="utf-8") as f:
            for line in f:
                words = line.split("#")[0].split()
                self.names.update(words[:1])

    def has(self, *names):
        self.used.update(self.names.intersection(names))
        return not self.names.isdisjoint(names)

    def unused(self):
        return sorted(self.names - self.used)


class Report:
    """What was found, by what it is about."""

    def __init__(self, verbose, known):
        self.verbose = verbose
        self.known = known
        self.tested, self.failed = set(), set()
        self.shown = 0

    def wrong(self, about, text, line=None):
        self.tested.add(about)
        if about not in self.failed or self.verbose:
            self.shown += 1
            if self.shown <= MAX_SHOWN:
                print(f"not ok {about}: {text[:300]}")
                if line and self.verbose:
                    print(f"\t{line}")
        self.failed.add(about)

    def end(self):
        if self.shown > MAX_SHOWN:
            print(f"... {self.shown - MAX_SHOWN} more")
        print(f"{len(self.tested) - len(self.failed)} passed, "
              f"{len(self.failed)} failed")
        return 1 if self.failed else 0
