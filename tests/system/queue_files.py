# SPDX-License-Identifier: ISC
"""Queues of any size: copies of files that a real Postfix made (tests/corpus/queue), under names of
their own; those in deferred with the defer log that showq(8) reads for it."""

import os
import pwd
import shutil

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus", "queue")
# In a flood most are bounces.
KINDS = ["bounce/undelivered", "bounce/undelivered", "normal/smtp", "bounce/delayed",
         "normal/through-filter"]
QUEUES = ["maildrop", "incoming", "active", "deferred", "hold", "corrupt", "defer", "bounce", "trace"]
LINKS_MAX = 60000  # of one file; ext4 has 65000
DEFER_LOG = b"""<%(to)b>: later
recipient=%(to)b
offset=%(offset)d
dsn_orig_rcpt=rfc822;%(to)b
status=4.0.0
action=delayed
reason=later

"""


def read_corpus():
    """For each kind: whether it is a bounce, the queue file, its defer log."""
    kinds = []
    for kind in KINDS:
        with open(os.path.join(CORPUS, kind), "rb") as f:
            data = f.read()
        to = os.path.basename(kind).encode() + b"@slow.test"
        offset = data.index(b"R" + bytes([len(to)]) + to)
        kinds.append((kind.startswith("bounce/"), data, DEFER_LOG % {b"to": to, b"offset": offset}))
    return kinds


def make_message(directory, number, data, owner):
    """Takes one in as cleanup(8) does: a temporary name, five digits of microseconds and the inode in
    incoming, contents, and the mode that says it is whole. Returns its queue id."""
    temporary = "%s/incoming/%d.1" % (directory, number)
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchown(fd, owner, -1)
        name = "%05X%X" % (number, os.fstat(fd).st_ino)
        os.rename(temporary, "%s/incoming/%s" % (directory, name))
        os.write(fd, data)
        os.fchmod(fd, 0o700)
        return name
    finally:
        os.close(fd)


def make_log(path, log, owner):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, log)
        os.fchown(fd, owner, -1)
    finally:
        os.close(fd)


def make_hash_directory(directory, queue, name, depth, owner):
    """queue/A/B of a name that begins with AB."""
    place = "%s/%s" % (directory, queue)
    for character in name[:depth]:
        place += "/" + character
        if not os.path.isdir(place):
            os.mkdir(place, 0o700)
            os.chown(place, owner, -1)
    return place


def defer(directory, name, log, owner, depth=1):
    """From incoming to deferred, with the defer log."""
    os.rename("%s/incoming/%s" % (directory, name),
              "%s/%s" % (make_hash_directory(directory, "deferred", name, depth, owner), name))
    make_log("%s/%s" % (make_hash_directory(directory, "defer", name, depth, owner), name), log, owner)


def fill(directory, count, depth=1):
    """Puts `count` messages into deferred. Returns how many of them are bounces."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    bounces = 0
    for number in range(count):
        is_bounce, data, log = kinds[number % len(kinds)]
        # spread over the hash directories as microseconds do
        defer(directory, make_message(directory, number * 7919 % 1000000, data, owner), log, owner,
              depth)
        bounces += is_bounce
    return bounces


def vary(data, number):
    """The same message, between domains that no other has, from a client that few have."""
    client = b"%d.%d.%d.%d" % (10 + number // 9000 % 90, 10 + number // 100 % 90, number // 10 % 10,
                               number % 10)
    for old, new in ((b"slow.test", b"%05x.tst" % number), (b"@ok.test", b"@%05x.t" % number),
                     (b"nowhere.test", b"%05x.h.test" % number), (b"192.0.2.7", client),
                     (b"127.0.0.1", client)):
        data = data.replace(old, new)
    return data


def fill_names(directory, count, depth, is_varied):
    """Puts `count` messages into deferred that differ by name only, as links to a few files, or by
    their domains, too. No defer logs: this is for millions."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    sources = {}
    for number in range(count):
        kind = number % len(kinds)
        data = kinds[kind][1]
        if is_varied:
            name = make_message(directory, number * 7919 % 1000000, vary(data, number), owner)
            source = "%s/incoming/%s" % (directory, name)
        else:
            if number // len(kinds) % LINKS_MAX == 0:
                sources[kind] = "%s/incoming/%s" % (directory, make_message(directory, kind, data, owner))
            name = "%05X%X" % (number * 7919 % 1000000, number + 0x100000)
            source = sources[kind]
        place = make_hash_directory(directory, "deferred", name, depth, owner)
        (os.rename if is_varied else os.link)(source, "%s/%s" % (place, name))
    for name in os.listdir(directory + "/incoming"):
        os.unlink("%s/incoming/%s" % (directory, name))


def fill_active(directory, count, is_varied=False):
    """Puts `count` messages into active. Returns their queue ids."""
    owner = pwd.getpwnam("postfix").pw_uid
    kinds = read_corpus()
    names = []
    for number in range(count):
        data = kinds[number % len(kinds)][1]
        names.append(make_message(directory, number * 7919 % 1000000,
                                  vary(data, number) if is_varied else data, owner))
    for name in names:
        os.rename("%s/incoming/%s" % (directory, name), "%s/active/%s" % (directory, name))
    return names


def count_files(directory):
    """{queue: files there now}, by reading the directories."""
    return {queue: sum(len(files) for _, _, files in os.walk(os.path.join(directory, queue)))
            for queue in QUEUES[:6]}


def make_queues(directory):
    owner = pwd.getpwnam("postfix").pw_uid
    for queue in QUEUES:
        os.makedirs(os.path.join(directory, queue), 0o700)
        shutil.chown(os.path.join(directory, queue), owner)
