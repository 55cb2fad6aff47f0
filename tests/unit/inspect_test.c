/* SPDX-License-Identifier: ISC
 *
 * inspect_test.c - the readable copy that the store keeps before a message is deleted.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/guard.h"
#include "tests/unit/record_build.h"
#include "watchdogd/watch/inspect.h"

static struct file file;
static struct inspection inspection;

static void
test_copy(void **state)
{
	(void)state;
	begin_file(&file);
	put_text(&file, 'A', "log_message_origin=local");
	put_text(&file, 'S', "");
	put_text(&file, 'R', "u\x1b[2J@v.test");
	put_text(&file, 'M', "");
	put_text(&file, 'N', "Subject: folded");
	put_text(&file, 'N', "\tline\r\\");
	put_text(&file, 'L', "X-Long: begins ");
	put_text(&file, 'N', "and ends");
	put_text(&file, 'N', "");
	put_text(&file, 'N', "a secret body");
	put_text(&file, 'X', "");
	assert_int_equal(inspect_records(&inspection, read_built, &file, 8192), 0);
	assert_int_equal(inspection.letter.envelope.class, CLASS_BOUNCE);
	assert_string_equal(inspection.sender, "");
	assert_string_equal(inspection.recipient, "u\\x1b[2J@v.test");
	const char *expected = "message_arrival_time: 1795510277 40990\n"
			       "named_attribute: create_time=1795510277\n"
			       "named_attribute: log_message_origin=local\n"
			       "sender: \n"
			       "recipient: u\\x1b[2J@v.test\n"
			       "\n"
			       "Subject: folded\n"
			       "\tline\\x0d\\\\\n"
			       "X-Long: begins and ends\n";
	const char *copy = strchr(inspection.copy, '\n') + 1; /* behind message_size */
	assert_string_equal(copy, expected);
	assert_int_equal(inspection.copy_length, strlen(inspection.copy));
}

/* A copy that does not fit ends at a whole line, for every size. */
static void
test_copy_is_cut_at_lines(void **state)
{
	char whole[2048];
	(void)state;
	begin_file(&file);
	put_text(&file, 'S', "a@b.test");
	end_file(&file, "u@v.test");
	assert_int_equal(inspect_records(&inspection, read_built, &file, 2000), 0);
	assert_non_null(strstr(inspection.copy, "Subject: a subject\n"));
	assert_null(strstr(inspection.copy, "the body"));
	assert_true(inspection.copy_length < sizeof(whole));
	memcpy(whole, inspection.copy, inspection.copy_length + 1);
	for (size_t room = 0; room < strlen(whole); room++) {
		assert_int_equal(inspect_records(&inspection, read_built, &file, room), 0);
		size_t length = inspection.copy_length;
		assert_true(length <= room);
		assert_memory_equal(inspection.copy, whole, length);
		assert_true(length == 0 || inspection.copy[length - 1] == '\n');
		assert_string_equal(inspection.sender, "a@b.test");
		assert_string_equal(inspection.recipient, "u@v.test");
	}
}

/* `sendmail -t`: the recipients stand behind the body, which is jumped over. */
static void
test_extracted_recipient(void **state)
{
	static char body[100 * 1024];
	(void)state;
	begin_file(&file);
	put_text(&file, 'S', "a@b.test");
	put_text(&file, 'M', "");
	size_t begin = file.length;
	put_text(&file, 'N', "To: u@v.test");
	put_text(&file, 'N', "");
	memset(body, 'R', sizeof(body));
	put_record(&file, 'N', body, sizeof(body));
	set_size(&file, file.length - begin, begin);
	put_text(&file, 'X', "");
	put_text(&file, 'O', "u@v.test");
	put_text(&file, 'D', "done@v.test");
	put_text(&file, 'R', "u@v.test");
	put_text(&file, 'E', "");
	assert_int_equal(inspect_records(&inspection, read_built, &file, 1000), 0);
	assert_string_equal(inspection.recipient, "u@v.test");
}

static void
write_file(const char *path, mode_t mode)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, file.bytes, file.length), (ssize_t)file.length);
	assert_int_equal(fchmod(fd, mode), 0);
}

/* Only what Postfix has accepted and nobody has marked may be acted on. */
static void
test_modes(void **state)
{
	static const struct {
		mode_t mode;
		int result;
	} rows[] = {{0700, 0}, {0600, -EAGAIN}, {0710, -EAGAIN}, {0400, -EAGAIN}, {0744, -EAGAIN}};
	char path[] = "/tmp/inspect_test.XXXXXX";
	struct stat st;
	(void)state;
	close(mkstemp(path));
	begin_file(&file);
	put_text(&file, 'S', "a@b.test");
	end_file(&file, "u@v.test");
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		write_file(path, rows[i].mode);
		AUTO_CLOSE int fd = open(path, O_RDONLY);
		assert_int_equal(inspect_file(&inspection, fd, 0, &st), rows[i].result);
	}
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_copy_is_cut_at_lines),
	    cmocka_unit_test(test_extracted_recipient),
	    cmocka_unit_test(test_modes),
	};
	return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
