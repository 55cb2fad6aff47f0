/* SPDX-License-Identifier: ISC
 *
 * postfix.h - reads and changes main.cf through postconf(1), and reloads one instance through
 * postfix(1). Remedy role. Of several instances only the one that is meant is touched: both programs
 * get its configuration directory by -c.
 *
 * All return 0, -EPERM (not allowed, or what is needed is absent) or another -errno (a program
 * failed), and then say why in `problem`.
 */
#ifndef WATCHDOGD_REMEDIES_POSTFIX_H
#define WATCHDOGD_REMEDIES_POSTFIX_H

#include "remedies/setting.h"

/* Whether main.cf gives the parameter a value, and which; else its default. -EPERM: this Postfix
 * knows no such parameter, or the value is too long to be kept. */
int postfix_get_parameter(const struct setting_order *order, const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* The value that holds, with all that it refers to put in. */
int postfix_get_expanded(const struct setting_order *order, const char *name,
    struct setting_value *ret_value, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Gives it a value in main.cf, or takes its line away (postconf -e, -X). Owner and mode of the file
 * stay what they were; a main.cf that is no regular file is not touched. */
int postfix_set_parameter(const struct setting_order *order, const char *name,
    const struct setting_value *value, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* The line of a service of type unix in master.cf, its arguments included, as one line that is the
 * caller's to free; NULL when there is none. */
int postfix_get_service(const struct setting_order *order, const char *name, char **ret_line,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
/* Gives it this line, or takes it away (NULL). */
int postfix_set_service(const struct setting_order *order, const char *name, const char *line,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Makes an indexed table ("hash:/etc/postfix/x") anew of its text (postmap). */
int postfix_make_table(const struct setting_order *order, const char *table,
    char problem[REASON_TEXT_SIZE]) MUST_CHECK;
/* Whether it has a key. */
int postfix_look_up(const struct setting_order *order, const char *table, const char *key,
    bool *ret_found, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

/* Has the instance read main.cf and master.cf anew and sees that it runs afterwards. ret_told:
 * false when it did not run, so that there was nobody to be told. */
int postfix_reload(
    const struct setting_order *order, bool *ret_told, char problem[REASON_TEXT_SIZE]) MUST_CHECK;

#endif
