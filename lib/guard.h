/* SPDX-License-Identifier: ISC
 *
 * guard.h - scope guards and attributes. Every role; trusts nothing, touches nothing.
 *
 * An owned local is declared with a guard and is released when its scope ends; TAKE() hands the
 * value over and disarms the guard. A function uses guards or one `goto undo`, never both.
 */
#ifndef WATCHDOGD_LIB_GUARD_H
#define WATCHDOGD_LIB_GUARD_H

#include <stddef.h>
#include <stdio.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define UNUSED __attribute__((unused))
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* AUTO_FREE char *text = NULL;     free() at the end of the scope */
#define AUTO_FREE __attribute__((cleanup(guard_free)))
/* AUTO_CLOSE int fd = -1;          close() unless negative */
#define AUTO_CLOSE __attribute__((cleanup(guard_close)))
/* AUTO_FCLOSE FILE *file = NULL;   fclose() unless NULL */
#define AUTO_FCLOSE __attribute__((cleanup(guard_fclose)))

/* TAKE(p) is p's value; p is NULL afterwards. TAKE_FD(fd) likewise, -1 afterwards. */
#define TAKE(pointer)                                   \
	({                                              \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL;                       \
		taken_;                                 \
	})
#define TAKE_FD(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})

void guard_free(void *pointer_to_pointer);
void guard_close(int *fd);
void guard_fclose(FILE **file);

#endif
