/* SPDX-License-Identifier: ISC
 *
 * console.c - days in a store, answers, files; see console.h.
 */
#include "tests/unit/console.h"

/* ---- what was seen and done ---- */

static void
add_ticks(struct store *store, const char *instance, uint64_t bounces, bool present)
{
	for (int64_t time_s = CONSOLE_NOW - 69; time_s <= CONSOLE_NOW; time_s++) {
		for (int queue = 0; queue < QUEUE_COUNT; queue++) {
			struct message_tick_queue tick = {.queue = (uint64_t)queue};
			snprintf(tick.instance, sizeof(tick.instance), "%s", instance);
			if (queue == QUEUE_ACTIVE) {
				tick.normal = 12;
				tick.bounces = bounces / 1000;
				tick.messages = tick.normal + tick.bounces;
				tick.bytes = 123456;
				tick.oldest_age_s = bounces > 0 ? 4 : 600;
			} else if (queue == QUEUE_DEFERRED) {
				tick.normal = 20;
				tick.bounces = bounces;
				tick.dsn = 3;
				tick.notices = 2;
				tick.unread = 1;
				tick.messages = bounces + 26;
				tick.bytes = 91150000;
				tick.oldest_age_s = 3599;
			}
			assert_stored(store, store_add_tick_queue(store, time_s, &tick));
		}
		struct message_tick_flow flow = {
		    .arrivals = bounces > 0 ? 5 : 0,
		    .deliveries = bounces > 0 ? 3 : 0,
		    .deferrals = bounces > 0 ? 2 : 0,
		    .bounces_made = bounces > 0 ? 3 : 0,
		    .bounced = bounces > 0 ? 3 : 0,
		    .present = present,
		    .last_full_reconcile_s = CONSOLE_NOW - 30,
		    .drift = 2,
		    .overflows = 1,
		    .watches = 141,
		    .event_limit = 16384,
		    .polled = !present,
		    .left_normal = bounces > 0 ? 3 : 0,
		    .left_p50_s = bounces > 0 ? 2 : 0,
		    .left_p95_s = bounces > 0 ? 40 : 0,
		    .waiting_p50_s = bounces > 0 ? 1200 : 420,
		    .waiting_p95_s = bounces > 0 ? 3500 : 590,
		};
		snprintf(flow.instance, sizeof(flow.instance), "%s", instance);
		assert_stored(store, store_add_tick_flow(store, time_s, &flow));
	}
}

/* One that waits, one that is absent, one that was not looked at yet. */
static void
add_spools(struct store *store)
{
	assert_stored(store, store_save_spool(store, "amavis", "/var/lib/amavis/tmp"));
	assert_stored(store, store_save_spool(store, "klms", "/var/klms/tmp"));
	assert_stored(store, store_save_spool(store, "new", "/srv/new"));
	for (int64_t time_s = CONSOLE_NOW - 69; time_s <= CONSOLE_NOW; time_s++) {
		struct message_tick_spool amavis = {"amavis", 1, 1, 14, 2345678, 95};
		struct message_tick_spool klms = {.name = "klms"};
		assert_stored(store, store_add_tick_spool(store, time_s, &amavis));
		assert_stored(store, store_add_tick_spool(store, time_s, &klms));
	}
}

static void
add_daemon(struct store *store, enum act_mode mode, bool paused)
{
	struct row_daemon daemon = {
	    .mode = mode, .paused = paused, .started_s = CONSOLE_NOW - 20000, .version = "0.1.0"};
	struct row_role roles[] = {
	    {ROLE_WATCH, true, 4001, CONSOLE_NOW - 19999, 0},
	    {ROLE_ENGINE, true, 4002, CONSOLE_NOW - 1000, 1},
	    {ROLE_ALERT, false, 0, CONSOLE_NOW - 2, 7},
	};
	assert_stored(store, store_save_daemon(store, &daemon));
	for (size_t i = 0; i < ARRAY_LENGTH(roles); i++)
		assert_stored(store, store_save_role(store, &roles[i]));
}

static void
add_incident(struct store *store)
{
	int64_t id;
	struct row_incident incident = {
	    .rule = "bounce-flood",
	    .instance = "-",
	    .signal = SIGNAL_BOUNCES,
	    .state = INCIDENT_OPEN,
	    .began_s = CONSOLE_NOW - 300,
	    .opened_s = CONSOLE_NOW - 260,
	    .level = 500,
	    .value = 18222,
	    .peak = 18525,
	    .peak_s = CONSOLE_NOW - 100,
	    .text = "bounces 812, above 500 for 40 s",
	    .example = "9C1F2A in deferred, from <> to <ava1204@8231.com>, 4.4.1 connect to "
		       "8231.com[192.0.2.7]:25: Connection timed out",
	};
	assert_stored(store, store_save_incident(store, &incident, &id));
	assert_int_equal(id, 1);
}

/* Who the flood is from: rank by rank, of one dimension after the other. */
static const struct message_tick_top flood_tops[] = {
    {"-", DIMENSION_CAUSE, CLASS_BOUNCE, 1,
	"mail from 203.0.113.0/24, shape {letters}{4 digits}@{4 digits}.com, refused by "
	"inner.example with 550 5.7.1 message content rejected",
	16950, 0, 18222, "4WxYz1Abc"},
    {"-", DIMENSION_CAUSE, CLASS_BOUNCE, 2, "mail from 198.51.100.0/24, refused by mx.example.net",
	910, 12, 18222, ""},
    {"-", DIMENSION_SHAPE, CLASS_NORMAL, 1, "{letters}{4 digits}@{4 digits}.com", 870, 3, 1000,
	"ava1204@8231.com"},
    {"-", DIMENSION_SHAPE, CLASS_NORMAL, 2, "{letters}@example.org", 40, 3, 1000, ""},
    {"-", DIMENSION_NETWORK, CLASS_NORMAL, 1, "192.0.2.0/24", 110, 3, 1000, ""},
};

static void
add_tops(struct store *store)
{
	struct tops tops = {.time_s = CONSOLE_NOW - 3};
	for (size_t i = 0; i < ARRAY_LENGTH(flood_tops); i++)
		assert_int_equal(tops_add(&tops, &flood_tops[i], TOPS_MAX), 0);
	assert_stored(store, store_save_tops(store, "-", &tops));
	assert_stored(store, store_save_incident_tops(store, 1, MOMENT_OPENING, &tops));
	tops.rows[0].count = 17000;
	assert_stored(store, store_save_incident_tops(store, 1, MOMENT_PEAK, &tops));
	tops_done(&tops);
}

/* An operator has changed a setting. */
static void
add_change(struct store *store)
{
	struct row_action action = {
	    .remedy = "postfix-parameter",
	    .instance = "-",
	    .state = ACTION_DONE,
	    .requested_by = "uid 0",
	    .created_s = CONSOLE_NOW - 90,
	    .due_s = CONSOLE_NOW - 90,
	    .updated_s = CONSOLE_NOW - 80,
	    .done = 1,
	    .text = "set bounce_queue_lifetime to 1h; it was 5d, its default, reloaded",
	    .setting = "bounce_queue_lifetime",
	    .value = "1h",
	};
	struct row_change change = {
	    .action = 3,
	    .remedy = "postfix-parameter",
	    .instance = "-",
	    .setting = "bounce_queue_lifetime",
	    .old_value = "5d",
	    .value = "1h",
	    .state = JOURNAL_CHANGED,
	    .time_s = CONSOLE_NOW - 80,
	};
	int64_t id;
	assert_stored(store, store_save_action(store, &action, &id));
	assert_int_equal(id, 3);
	assert_stored(store, store_save_change(store, &change));
}

static void
add_actions(struct store *store)
{
	int64_t id;
	struct row_action hold = {
	    .incident = 1,
	    .remedy = "hold-bounces",
	    .instance = "-",
	    .state = ACTION_RUNNING,
	    .requested_by = "rule bounce-flood",
	    .created_s = CONSOLE_NOW - 260,
	    .due_s = CONSOLE_NOW - 260,
	    .updated_s = CONSOLE_NOW - 1,
	    .matching = 18204,
	    .selected = 320,
	    .done = 318,
	    .gone = 2,
	    .text = "held 318 messages, 2 gone before",
	};
	struct row_action would = {
	    .incident = 1,
	    .remedy = "delete-bounces",
	    .instance = "-",
	    .state = ACTION_WOULD,
	    .requested_by = "rule bounce-flood",
	    .created_s = CONSOLE_NOW - 260,
	    .due_s = CONSOLE_NOW - 260,
	    .updated_s = CONSOLE_NOW - 260,
	    .text = "would delete 318 messages",
	};
	struct row_action asks = {
	    .incident = 1,
	    .remedy = "rspamd-policy",
	    .instance = "-",
	    .state = ACTION_ASKING,
	    .mode = MODE_CONFIRM,
	    .requested_by = "rule bounce-flood",
	    .created_s = CONSOLE_NOW - 260,
	    .due_s = CONSOLE_NOW - 140,
	    .updated_s = CONSOLE_NOW - 140,
	    .text = "would set rspamd-policy to discard; mode is confirm, waits for a yes",
	};
	assert_stored(store, store_save_action(store, &hold, &id));
	assert_int_equal(id, 1);
	assert_stored(store, store_save_action(store, &would, &id));
	assert_int_equal(id, 2);
	const struct row_remedy lacking = {"rspamd-policy", "no /etc/rspamd", CONSOLE_NOW};
	assert_stored(store, store_save_remedy(store, &lacking));
	add_change(store);
	assert_stored(store, store_save_action(store, &asks, &id));
	assert_int_equal(id, 4);
}

static void
add_targets(struct store *store)
{
	int64_t order;
	assert_stored(store, store_next_order(store, &order));
	struct row_target target = {
	    .action = 1,
	    .order = order,
	    .queue_id = "9C1F2A",
	    .queue = QUEUE_DEFERRED,
	    .class = CLASS_BOUNCE,
	    .inode = 7,
	    .ctime_ns = 8,
	    .arrival_s = CONSOLE_NOW - 400,
	    .size_bytes = 5120,
	    .recipient = "ava1204@8231.com",
	    .outcome = OUTCOME_DONE,
	    .time_s = CONSOLE_NOW - 200,
	    .copy = (char *)(uintptr_t)"sender <>\nrecipient <ava1204@8231.com>\n"
				       "Subject: Undelivered Mail\\x1b[31m Returned\n",
	};
	assert_stored(store, store_save_target(store, &target));
	snprintf(target.queue_id, sizeof(target.queue_id), "9C1F2B");
	target.outcome = OUTCOME_GONE;
	target.copy = NULL;
	assert_stored(store, store_save_target(store, &target));
}

static void
add_audit(struct store *store)
{
	const struct row_audit rows[] = {
	    {CONSOLE_NOW - 200, 0, "ack", 1, 0, "looking into it"},
	    {CONSOLE_NOW - 150, 1000, "pause", 0, 0, ""},
	    {CONSOLE_NOW - 100, 1000, "undo", 1, 1, ""},
	};
	const struct row_planned newsletter = {
	    "postfix-in", CONSOLE_NOW - 600, CONSOLE_NOW + 3600, 1000, "newsletter"};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_stored(store, store_add_audit(store, &rows[i]));
	assert_stored(store, store_save_planned(store, &newsletter));
}

static void
add_notice(struct store *store)
{
	int64_t id;
	struct row_notice notice = {
	    .incident = 1,
	    .state = NOTICE_WAITING,
	    .created_s = CONSOLE_NOW - 260,
	    .next_try_s = CONSOLE_NOW + 10,
	    .attempts = 2,
	    .recipient = "postmaster@example.org",
	    .subject = "[watchdogd] bounce-flood on mx1.example.org: bounces 812",
	    .message_id = "1@mx1.example.org",
	    .reply = "connect to relay: Connection refused",
	    .body = (char *)(uintptr_t)"body\n",
	};
	assert_stored(store, store_add_notice(store, &notice, &id));
	notice.id = id;
	assert_stored(store, store_update_notice(store, &notice));
}

static void
save_instance(struct store *store, const char *name, const char *config, const char *queue)
{
	struct message_instance instance = {.mail_owner = "postfix"};
	snprintf(instance.name, sizeof(instance.name), "%s", name);
	snprintf(instance.config_directory, sizeof(instance.config_directory), "%s", config);
	snprintf(instance.queue_directory, sizeof(instance.queue_directory), "%s", queue);
	assert_stored(store, store_save_instance(store, &instance));
}

int
console_make_bad_day(void **state)
{
	assert_int_equal(place_make(state), 0);
	struct store *store = ((struct place *)*state)->store;
	assert_stored(store, store_begin(store));
	save_instance(store, "-", "/etc/postfix", "/var/spool/postfix");
	save_instance(store, "postfix-in", "/etc/postfix-in", "/var/spool/postfix-in");
	add_daemon(store, MODE_ACT, false);
	add_ticks(store, "-", 18204, true);
	assert_stored(store, store_save_learning(store, "-", 3 * 86400 + 100, 10 * 86400));
	add_ticks(store, "postfix-in", 0, false);
	add_spools(store);
	add_incident(store);
	add_tops(store);
	add_actions(store);
	add_targets(store);
	add_audit(store);
	add_notice(store);
	assert_stored(store, store_commit(store, false));
	return 0;
}

int
console_make_quiet_day(void **state)
{
	assert_int_equal(place_make(state), 0);
	struct store *store = ((struct place *)*state)->store;
	assert_stored(store, store_begin(store));
	save_instance(store, "-", "/etc/postfix", "/var/spool/postfix");
	add_daemon(store, MODE_OBSERVE, true);
	add_ticks(store, "-", 1, true);
	assert_stored(store, store_commit(store, false));
	return 0;
}

/* ---- what others answer; their documents are their own ---- */

/* A rehearsal of two incidents, and one of other settings; `change` where they are compared. */
#define REHEARSED_SECONDS(change)                                                                 \
	"{\"kind\":\"bounce-flood\",\"instance\":\"-\",\"signal\":\"bounces\",\"began\":"         \
	"1780490000,"                                                                             \
	"\"opened\":1780490030,\"closed\":1780491200,\"peak\":900,\"peak_at\":1780490100,"        \
	"\"reopened\":1,\"reopened_at\":1780490900,\"text\":\"bounces 512, above 500 for 30 s\"," \
	"\"remedies\":[{\"remedy\":\"hold-bounces\",\"mode\":\"act\",\"text\":\"would hold 300 "  \
	"of "                                                                                     \
	"the 318 messages that match\"},{\"remedy\":\"postfix-parameter\",\"mode\":\"observe\","  \
	"\"text\":\"nothing done: the incident was over "                                         \
	"before\"}],\"step_s\":1,\"mails\":4" change "}"
#define REHEARSED_MINUTES(change)                                                    \
	"{\"kind\":\"slow-mail\",\"instance\":\"out\",\"signal\":\"oldest_age\","    \
	"\"began\":1780200000,\"opened\":1780200059,\"closed\":null,\"peak\":7200,"  \
	"\"peak_at\":1780207199,\"text\":\"oldest_age 1900, above 1800 for 1 min\"," \
	"\"remedies\":[],\"step_s\":60,\"mails\":1" change "}"
#define REHEARSED(settings, incidents, mails)                                               \
	"\"settings\":\"" settings "\",\"stretches\":[{\"step_s\":60,\"since\":1777908000," \
	"\"until\":1780327200,\"judged\":40320},{\"step_s\":1,\"since\":1780327200,"        \
	"\"until\":1780500001,\"judged\":172801}],\"incidents\":[" incidents "],\"mails\":" mails

const struct console_answer console_answers[] = {
    {"remedy-plan", CTL_REMEDY_PLAN,
	"{\"remedy\":\"hold-bounces\",\"instance\":\"-\",\"queues\":[\"incoming\",\"deferred\"],"
	"\"matching\":318,\"total\":500,\"would\":250,\"sample\":[{\"queue_id\":\"9C1F2A\","
	"\"queue\":\"deferred\",\"class\":\"bounce\",\"sender\":\"\",\"recipient\":"
	"\"ava1204@8231.com\",\"age_s\":190,\"size_bytes\":5120}],\"caps\":{\"max_messages\":1000,"
	"\"max_share\":50,\"max_per_hour\":5000,\"batch\":100},"
	"\"text\":\"would hold 250 of 500 messages\",\"options\":\"\"}"},
    {"remedy-plan-selection", CTL_REMEDY_PLAN,
	"{\"remedy\":\"hold\",\"instance\":\"-\",\"queues\":[\"incoming\",\"deferred\"],"
	"\"matching\":318,\"total\":500,\"would\":318,\"sample\":[{\"queue_id\":\"9C1F2A\","
	"\"queue\":\"deferred\",\"class\":\"normal\",\"sender\":\"ava1204@8231.com\","
	"\"recipient\":\"anna@good.example\",\"age_s\":190,\"size_bytes\":5120}],"
	"\"caps\":{\"max_messages\":1000,\"max_share\":100,\"max_per_hour\":5000,\"batch\":100},"
	"\"text\":\"would hold 318 of 500 messages: from @8231.com\",\"options\":\" --sender "
	"'@8231.com'\"}"},
    {"remedy-plan-setting", CTL_REMEDY_PLAN,
	"{\"remedy\":\"postfix-parameter\",\"instance\":\"-\",\"setting\":"
	"\"bounce_queue_lifetime\",\"value\":\"1h\",\"was_set\":false,\"old_value\":\"5d\","
	"\"reload\":true,\"would\":1,\"text\":"
	"\"would set bounce_queue_lifetime to 1h; it is 5d, its default; needs a reload\"}"},
    {"remedy-run", CTL_REMEDY_RUN,
	"{\"action\":7,\"remedy\":\"hold-bounces\",\"instance\":\"-\",\"text\":\"begun\"}"},
    {"top", CTL_TOP,
	"{\"instance\":\"-\",\"ranks\":[{\"dimension\":\"network\",\"class\":\"normal\",\"rank\":1,"
	"\"key\":"
	"\"203.0.113.0/24\",\"count\":8214,\"error\":0,\"total\":8832,\"share\":93,\"text\":\"\","
	"\"examples\":[]},{\"dimension\":\"network\",\"class\":\"normal\",\"rank\":2,\"key\":"
	"\"198.51.100.0/24\",\"count\":44,\"error\":12,\"total\":8832,\"share\":0,\"text\":\"\","
	"\"examples\":[]},{\"dimension\":\"reason\",\"class\":\"bounce\",\"rank\":1,\"key\":"
	"\"connect to "
	"{host}: Connection timed "
	"out\",\"count\":700,\"error\":0,\"total\":1000,\"share\":70,\"text\":"
	"\"\",\"examples\":[\"connect to 8231.com[192.0.2.7]:25: Connection timed out\"]}],"
	"\"complete\":true}"},
    {"shapes", CTL_SHAPES,
	"{\"instance\":\"-\",\"ranks\":[{\"dimension\":\"shape\",\"class\":\"normal\",\"rank\":1,"
	"\"key\":"
	"\"{letters}{4 digits}@{4 "
	"digits}.com\",\"count\":8214,\"error\":0,\"total\":8832,\"share\":93,"
	"\"text\":\"\",\"examples\":[\"ava1204@8231.com\",\"Tom3391@0042.com\"]},{\"dimension\":"
	"\"subject\","
	"\"class\":\"normal\",\"rank\":1,\"key\":\"Your photos "
	"{digits}\",\"count\":8000,\"error\":0,\"total\":"
	"8832,\"share\":91,\"text\":\"\",\"examples\":[\"Your photos 1\"]}],\"complete\":true}"},
    {"causes", CTL_CAUSES,
	"{\"instance\":\"-\",\"ranks\":[{\"dimension\":\"cause\",\"class\":\"bounce\",\"rank\":1,"
	"\"key\":"
	"\"mail from 203.0.113.0/24, shape {letters}{4 digits}@{4 digits}.com, subject Your photos "
	"{digits}, refused by inner.example with 550 5.7.1 message "
	"refused\",\"count\":8214,\"error\":0,"
	"\"total\":8832,\"share\":93,\"text\":\"\",\"examples\":[\"ava1204@8231.com\"]}],"
	"\"complete\":true}"},
    {"causes-none", CTL_CAUSES, "{\"instance\":\"-\",\"ranks\":[],\"complete\":true}"},
    {"qshape", CTL_QSHAPE,
	"{\"instance\":\"-\",\"by\":\"recipient\",\"bounds_s\":[300,600,1200,2400,4800,9600,19200,"
	"38400,"
	"76800],\"domains\":[{\"domain\":\"TOTAL\",\"counts\":[48212,3120,41002,90,4000,0,0,0,0,0,"
	"0]},{"
	"\"domain\":\"8231.com\",\"counts\":[812,12,800,0,0,0,0,0,0,0,0]},{\"domain\":\".a-very-"
	"long-name-"
	"below-which-many-subdomains-are.example.com\",\"counts\":[7,7,0,0,0,0,0,0,0,0,0]},{"
	"\"domain\":"
	"\"another-very-long-domain-name-of-somebody.example.net\",\"counts\":[1,0,0,0,0,0,0,0,0,0,"
	"1]}],"
	"\"matching\":900,\"total\":48000,\"unread\":12,\"complete\":false}"},
    {"qshape-one-bucket", CTL_QSHAPE,
	"{\"instance\":\"-\",\"by\":\"sender\",\"bounds_s\":[],\"domains\":[{\"domain\":\"TOTAL\","
	"\"counts\":"
	"[3,3]},{\"domain\":\"MAILER-DAEMON\",\"counts\":[3,3]}],\"matching\":2,\"total\":3,"
	"\"unread\":0,"
	"\"complete\":true}"},
    {"list", CTL_LIST,
	"{\"instance\":\"-\",\"messages\":[{\"queue_id\":\"9C1F2A\",\"queue\":\"deferred\","
	"\"class\":"
	"\"bounce\",\"sender\":\"\",\"recipient\":\"ava1204@8231.com\",\"recipients\":1,\"client\":"
	"null,\"cause\":\"mail from 203.0.113.0/24, refused by inner.example with 550 5.7.1 "
	"no\",\"arrival\":1780499000,\"size_bytes\":5120,\"next_try\":1780500240,\"reason\":"
	"\"connect "
	"to 8231.com[192.0.2.7]:25: Connection timed out\"},{\"queue_id\":\"3ZbGxh1Tn6z5rZ8\","
	"\"queue\":\"active\",\"class\":\"normal\",\"sender\":\"ben@good.example\",\"recipient\":"
	"\"anna@later.example\",\"recipients\":4,\"client\":\"203.0.113.7\",\"arrival\":1780499990,"
	"\"size_bytes\":812,\"next_try\":null,\"reason\":null}],\"matching\":318,\"total\":500,"
	"\"unread\":3,\"complete\":true}"},
    {"list-none", CTL_LIST,
	"{\"instance\":\"-\",\"messages\":[],\"matching\":0,\"total\":12,\"unread\":0,\"complete\":"
	"false}"},
    {"show", CTL_SHOW,
	"{\"instance\":\"-\",\"message\":{\"queue_id\":\"9C1F2A\",\"queue\":\"deferred\",\"cause\":"
	"\"mail from 203.0.113.0/24, refused by inner.example with 550 5.7.1 no\",\"class\":"
	"\"bounce\",\"sender\":\"\",\"recipient\":\"ava1204@8231.com\","
	"\"recipients\":"
	"1,\"client\":null,\"arrival\":1780499000,\"size_bytes\":5120,\"next_try\":"
	"1780500240,\"reason\":\"connect to 8231.com[192.0.2.7]:25: Connection timed "
	"out\",\"copy\":"
	"\"sender: \\nrecipient: ava1204@8231.com\\n\\nReceived: by "
	"mx1.example.org (Postfix)\\n\\tid 9C1F2A\\nSubject: "
	"hello\\\\x1b[31m\\n\"},\"recipients\":["
	"{\"recipient\":\"ava1204@8231.com\",\"done\":false,\"status\":\"4.4.1\",\"reason\":"
	"\"connect "
	"to 8231.com[192.0.2.7]:25: Connection timed out\"},{\"recipient\":\"kim@good.example\","
	"\"done\":true,\"status\":null,\"reason\":null}],\"moves\":[{\"time\":1780499000,\"from\":"
	"null,"
	"\"to\":\"incoming\"},{\"time\":1780499001,\"from\":\"incoming\",\"to\":\"active\"},{"
	"\"time\":"
	"1780499002,\"from\":\"active\",\"to\":\"deferred\"}],\"complete\":true}"},
    {"show-gone", CTL_SHOW,
	"{\"instance\":\"-\",\"message\":null,\"recipients\":[],\"moves\":[{\"time\":1780499001,"
	"\"from\":\"incoming\",\"to\":\"active\"},{\"time\":1780499990,\"from\":\"active\",\"to\":"
	"null}],"
	"\"complete\":true}"},
    {"confirm", CTL_CONFIRM,
	"{\"action\":4,\"remedy\":\"rspamd-policy\",\"instance\":\"-\",\"text\":"
	"\"confirmed by uid 1000, it begins now\"}"},
    {"revert", CTL_REVERT,
	"{\"incident\":1,\"text\":\"2 taken back, 1 that had not begun dropped, 1 that cannot "
	"be undone left\"}"},
    {"ack", CTL_ACK, "{\"incident\":1,\"text\":\"acknowledged\"}"},
    {"snooze", CTL_SNOOZE, "{\"incident\":1,\"text\":\"snoozed for 2 h 0 min\"}"},
    {"expect", CTL_EXPECT, "{\"instance\":\"-\",\"until\":1780500000}"},
    {"pause", CTL_PAUSE, "{\"paused\":true}"},
    {"resume", CTL_RESUME, "{\"paused\":false}"},
    {"report", CTL_REPORT,
	"{\"since\":1780413600,\"until\":1780500000,\"instances\":[],\"periods\":[{\"instance\":\"-"
	"\","
	"\"arrivals\":9000,\"deliveries\":8100,\"deferrals\":900,\"bounces_made\":812,\"bounced\":"
	"812,"
	"\"removed\":318,\"bounces_max\":318,\"oldest_age_s\":190,\"left\":8000,\"delay\":{\"p50_"
	"s\":1,"
	"\"p95_s\":40},\"period\":\"now\"}],\"steps\":[],\"spools\":[],\"incidents\":[],"
	"\"open_incidents\":0,\"watch\":{},\"alerts\":{\"waiting\":0,\"refused\":0},\"letter\":"
	"\"l\\ten\\t0\\treport\\nf\\tWhat\\tno incident\\ng\\ns\\tInstance -\\nt\\tFlow\\tnow\\t"
	"day before\\t\\nr\\tarrived\\t9000\\t8800\\t\\n\"}"},
    {"alert-test", CTL_ALERT_TEST,
	"{\"tests\":[{\"notice\":7,\"recipient\":\"staff@example.org\",\"relay\":"
	"\"mail.example.org:25\",\"state\":\"sent\",\"reply\":\"250 2.0.0 taken\","
	"\"watched\":true},{\"notice\":8,\"recipient\":\"night@example.org\",\"relay\":"
	"\"mail.example.org:25\",\"state\":\"refused\",\"reply\":\"550 5.1.1 no such person\","
	"\"watched\":false},{\"notice\":9,\"recipient\":\"kim@example.org\",\"relay\":"
	"\"spare.example.net:587\",\"state\":\"waiting\",\"watched\":false}],\"limit_s\":125}"},
    {"replay", CTL_REPLAY, "{\"time\":1780500000,\"value\":12.5,\"score\":7.61,\"alarm\":true}"},
    {"check", CTL_CHECK,
	"{\"state\":\"critical\",\"exit\":2,\"problems\":[{\"state\":\"critical\",\"text\":\"good "
	"mail "
	"stands still on - for 10 min\"},{\"state\":\"warning\",\"text\":\"incident 1: "
	"bounce-flood on - "
	"for 5 min|x=1\"}],\"performance\":[{\"label\":\"incidents\",\"unit\":\"\",\"value\":1,"
	"\"warning\":0,\"critical\":null},{\"label\":\"delay\",\"unit\":\"s\",\"value\":600,"
	"\"warning\":900,\"critical\":3600},{\"label\":\"it's=\",\"unit\":\"\",\"value\":7,"
	"\"warning\":null,\"critical\":null}]}"},
    {"check-fine", CTL_CHECK,
	"{\"state\":\"ok\",\"exit\":0,\"problems\":[],\"performance\":[{\"label\":\"incidents\","
	"\"unit\":"
	"\"\",\"value\":0,\"warning\":0,\"critical\":null}]}"},
    {"config-check", CTL_CONFIG_CHECK,
	"{\"file\":\"/etc/x.yaml\",\"valid\":false,\"errors\":[\"/etc/x.yaml:3:9: alert.port: "
	"found '70000', "
	"expected a whole number from 1 to 65535\"]}"},
    {"config-check-fine", CTL_CONFIG_CHECK,
	"{\"file\":\"/etc/x.yaml\",\"valid\":true,\"errors\":[]}"},
    {"config-show", CTL_CONFIG_SHOW,
	"{\"file\":\"/etc/"
	"x.yaml\",\"valid\":true,\"errors\":[],\"settings\":[{\"setting\":\"mode\",\"value\":"
	"\"observe\"},{\"setting\":\"rules.bounce-flood.above\",\"value\":\"500\"}]}"},
    {"config-explain", CTL_CONFIG_EXPLAIN,
	"{\"file\":\"/etc/"
	"x.yaml\",\"valid\":true,\"errors\":[],\"settings\":[{\"setting\":\"alert.timeout\","
	"\"text\":\"How long one try to deliver an alert may take.\",\"type\":\"a time from 5s to "
	"10m: a "
	"number and s, m, h, d, w or "
	"y\",\"default\":\"60s\",\"value\":\"90s\",\"restarts\":[\"alert\","
	"\"engine\"]}]}"},
    {"config-explain-start", CTL_CONFIG_EXPLAIN,
	"{\"settings\":[{\"setting\":\"user\",\"text\":\"The service user.\",\"type\":\"the name "
	"of a user\","
	"\"default\":null,\"value\":null,\"restarts\":[\"watchdogd\"]}]}"},
    {"config-explain-many", CTL_CONFIG_EXPLAIN,
	"{\"settings\":[{\"setting\":\"rules\",\"text\":\"What is an incident, and what is done "
	"about it.\"},{"
	"\"setting\":\"rules.above\",\"text\":\"The level.\"}]}"},
    {"completion", CTL_COMPLETION, "{\"shell\":\"fish\",\"text\":\"complete -c x\\n\"}"},
    {"doctor", CTL_DOCTOR,
	"{\"state\":\"critical\",\"findings\":[{\"about\":\"settings\",\"state\":\"ok\",\"text\":"
	"\"have no "
	"errors\",\"mend\":null},{\"about\":\"Postfix\",\"state\":\"warning\",\"text\":\"- has "
	"short queue ids: "
	"one comes again soon, for another message\",\"mend\":\"postconf -c /etc/postfix -e "
	"enable_long_queue_ids=yes\"},{\"about\":\"disk\",\"state\":\"critical\",\"text\":\"/var "
	"has 1 % of its "
	"space and 90 % of its inodes left\",\"mend\":\"make room\"}]}"},
    {"metrics", CTL_METRICS,
	"{\"families\":[{\"name\":\"a_b_seconds\",\"type\":\"gauge\",\"unit\":\"seconds\",\"text\":"
	"\"What a "
	"is.\",\"samples\":[{\"labels\":{},\"value\":7}]},{\"name\":\"a_c\",\"type\":\"counter\","
	"\"unit\":"
	"\"\",\"text\":\"What c "
	"is.\",\"samples\":[{\"labels\":{\"postfix_instance\":\"-\",\"role\":\"x\\\"\\\\\\u001b\"}"
	",\"value\":8}]}]}"},
    {"backtest", CTL_BACKTEST,
	"{" REHEARSED("/etc/postfix-watchdog/watchdogd.yaml",
	    REHEARSED_MINUTES("") "," REHEARSED_SECONDS(""), "5") "}"},
    {"backtest-nothing", CTL_BACKTEST,
	"{\"settings\":\"new.yaml\",\"stretches\":[],\"incidents\":[],\"mails\":0}"},
    {"backtest-against", CTL_BACKTEST,
	"{" REHEARSED("/etc/postfix-watchdog/watchdogd.yaml",
	    REHEARSED_MINUTES(",\"change\":\"only\"") "," REHEARSED_SECONDS(
		",\"change\":\"different\""),
	    "5") ",\"against\":{" REHEARSED("new.yaml",
	    REHEARSED_SECONDS(",\"change\":\"different\""), "4") "}}"},
    {"version", CTL_VERSION, "{\"watchdogctl\":\"0.2.0\",\"watchdogd\":null}"},
};
const size_t console_answer_count = ARRAY_LENGTH(console_answers);

/* ---- files ---- */

char *
console_read_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	AUTO_FCLOSE FILE *file = fopen(path, "re");
	if (file == NULL || getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		return mem_text("");
	}
	return text;
}
