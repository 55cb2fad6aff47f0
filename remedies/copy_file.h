/* SPDX-License-Identifier: ISC
 *
 * copy_file.h - a queue file packed into a copy and unpacked again, byte for byte. Remedy role; what is
 * in the file is not looked at. A copy is a gzip file: zcat(1) and postcat(1) show it to an operator.
 */
#ifndef WATCHDOGD_REMEDIES_COPY_FILE_H
#define WATCHDOGD_REMEDIES_COPY_FILE_H

#include "lib/guard.h"

/* All of `from` into `to`, both at their beginning; neither is closed. 0; -EIO: the library failed,
 * or, of an unpacking, the copy is damaged; or -errno. */
int copy_file_pack(int from, int to) MUST_CHECK;
int copy_file_unpack(int from, int to) MUST_CHECK;

#endif
