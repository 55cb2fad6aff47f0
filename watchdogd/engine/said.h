/* SPDX-License-Identifier: ISC
 *
 * said.h - the sentences of detectors, actions and causes, which are written in English where they are
 * found, in the language of a mail. Engine; pure.
 *
 * A sentence is looked up by its English text in words.h, whose placeholders stand for what was filled
 * in. A clause that is not known there stays as it is: it is never guessed at.
 */
#ifndef WATCHDOGD_ENGINE_SAID_H
#define WATCHDOGD_ENGINE_SAID_H

#include "watchdogd/engine/words.h"

/* The text, clause by clause ("; " between them), into `out`, which is returned. */
char *said_translate(enum language language, const char *text, char out[WORDS_SIZE]);

#endif
