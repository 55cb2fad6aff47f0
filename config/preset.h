/* SPDX-License-Identifier: ISC
 *
 * preset.h - where known mail filters let mail wait, and how: what a spool in the settings has
 * where nothing else is said. Paths are those of the vendor's or Debian's packages.
 */
#ifndef WATCHDOGD_CONFIG_PRESET_H
#define WATCHDOGD_CONFIG_PRESET_H

#include "config/settings.h"

/* X(name, path, count, depth, what it is) */
#define PRESETS(X)                                                                           \
	X("none", "", SPOOL_COUNT_FILES, 0, "no preset: path must be given")                 \
	X("klms-work", "/var/klms/tmp", SPOOL_COUNT_FILES, 0, "work directory of KLMS")      \
	X("klms-backup", "/var/opt/kaspersky/klms/backup", SPOOL_COUNT_FILES, 4,             \
	    "copies that KLMS kept")                                                         \
	X("amavis", "/var/lib/amavis/tmp", SPOOL_COUNT_DIRECTORIES, 0, "messages in Amavis") \
	X("amavis-quarantine", "/var/lib/amavis/virusmails", SPOOL_COUNT_FILES, 1,           \
	    "what Amavis set aside")                                                         \
	X("mimedefang", "/var/spool/MIMEDefang", SPOOL_COUNT_DIRECTORIES, 0,                 \
	    "messages in MIMEDefang")                                                        \
	X("mailscanner", "/var/spool/MailScanner/incoming", SPOOL_COUNT_DIRECTORIES, 1,      \
	    "messages in MailScanner")                                                       \
	X("mailscanner-milter", "/var/spool/MailScanner/milterin", SPOOL_COUNT_FILES, 0,     \
	    "messages that wait for MailScanner behind its milter")

struct preset {
	const char *path; /* empty: none */
	enum spool_count count;
	int64_t depth;
};

extern const struct names names_preset;

/* The preset of this number, which is its place in names_preset. */
const struct preset *preset_get(int number);

#endif
