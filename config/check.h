/* SPDX-License-Identifier: ISC
 *
 * check.h - what must be true of several settings together.
 *
 * Inside config/ and its tests only.
 */
#ifndef WATCHDOGD_CONFIG_CHECK_H
#define WATCHDOGD_CONFIG_CHECK_H

#include "config/load.h"

/* Fills in what was left out, then adds what is wrong to load->problems. */
void check_settings(struct load *load);

/* A list that names something twice would do it twice: elements of `size` bytes that begin with a
 * text. */
void check_repeats(struct load *load, const char *name, const char *list, size_t size, int count);

/* Files that settings name; as root only, since only root sees them all. */
void check_files(struct load *load);

#endif
