/* SPDX-License-Identifier: ISC
 *
 * history_writer.c - writes days of ordinary mail into a store, for system tests of what learns:
 *
 *     history_writer FILE SECONDS
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "tests/replay/history.h"

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	int64_t now_s = clock_wall_now().ms / 1000;
	history_write(argv[1], now_s - strtoll(argv[2], NULL, 10), now_s);
	return 0;
}
