/* SPDX-License-Identifier: ISC
 *
 * words.h - every text of a mail, in every language: a row has one text in all of them, so that
 * none can lack one. "{1}" is the first value that is filled in; a language uses the values that it
 * needs, in its own order. Engine.
 *
 * What other programs say (a server's reply, a queue id, a command) is never translated; of what the
 * log says, a mail in Japanese has what said.h knows, and quotes the rest.
 *
 * X(NAME, English, Japanese)
 */
#ifndef WATCHDOGD_ENGINE_WORDS_H
#define WATCHDOGD_ENGINE_WORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/clock.h"
#include "proto/names.h"

/* clang-format off */
/* rule, host, signal, value, signal with its value */
#define WORDS_SUBJECT(X) \
	X(WORD_SUBJECT_OPENED, "{1} on {2}: {3} {4}", "{2}: {1} を検知（{5}）") \
	X(WORD_SUBJECT_REOPENED, "{1} on {2} is back: {3} {4}", "{2}: {1} が再発（{5}）") \
	X(WORD_SUBJECT_ASKING, "{1} on {2} asks for a yes: {3} {4}", "{2}: {1} の対処が承認待ち（{5}）") \
	X(WORD_SUBJECT_UPDATE, "{1} on {2} goes on: peak {4} {3}", "{2}: {1} が継続中（最大 {5}）") \
	X(WORD_SUBJECT_CLOSED, "{1} on {2} is over: peak {4} {3}", "{2}: {1} は終息（最大 {5}）")

/* Labels of facts: at most ten columns, and a wide character takes two. */
#define WORDS_LABEL(X) \
	X(WORD_LABEL_WHAT, "What", "状況") \
	X(WORD_LABEL_RECORD, "Detector", "検知記録") \
	X(WORD_LABEL_SINCE, "Since", "発生") \
	X(WORD_LABEL_BACK, "Back since", "再発") \
	X(WORD_LABEL_OVER, "Over since", "終息") \
	X(WORD_LABEL_CLOSED, "Closed", "終了") \
	X(WORD_LABEL_PEAK, "Peak", "最大") \
	X(WORD_LABEL_NEWS, "News", "変化") \
	X(WORD_LABEL_WHO, "Who", "発生元") \
	X(WORD_LABEL_ALSO, "Also", "同時発生") \
	X(WORD_LABEL_GOOD, "Good mail", "通常メール") \
	X(WORD_LABEL_REMEDIES, "Remedies", "対処") \
	X(WORD_LABEL_EXAMPLE, "Example", "メール例") \
	X(WORD_LABEL_LOOK, "Look", "確認方法") \
	X(WORD_LABEL_STOP, "Stop", "停止方法") \
	X(WORD_LABEL_RELAY, "Relay", "中継先") \
	X(WORD_LABEL_BY, "Asked by", "実行者") \
	X(WORD_LABEL_TIME, "Time", "期間") \
	X(WORD_LABEL_WATCHER, "Watcher", "監視状態") \
	X(WORD_LABEL_MAILS, "Mails", "通知")

/* host, number of incidents; of the others: see health_letter.c */
#define WORDS_REPORT(X) \
	X(WORD_REPORT_SUBJECT_CALM, "report of {1}: no incident", "{1}: 定期レポート（異常なし）") \
	X(WORD_REPORT_SUBJECT, "report of {1}: incidents {2}", "{1}: 定期レポート（インシデント {2} 件）") \
	X(WORD_REPORT_CALM, "no incident", "インシデントはありませんでした") \
	X(WORD_REPORT_INCIDENTS, "incidents {1}, of them open {2}", "インシデント {1} 件（うち継続中 {2} 件）") \
	X(WORD_REPORT_TIME, "{1} to {2} ({3})", "{1} から {2} まで（{3}）") \
	X(WORD_REPORT_GOOD, \
	    "{4}: {1} messages delivered; half of them within {2}; worst minute: 95 of 100 within {3}", \
	    "{4}: 配送 {1} 通、中央値 {2}、最も遅い 1 分間の 95 % 値 {3}") \
	X(WORD_REPORT_NO_GOOD, "{4}: no message with a sender was delivered", "{4}: 通常メールの配送はありませんでした") \
	X(WORD_REPORT_INSTANCE, "Instance {1}", "インスタンス {1}") \
	X(WORD_REPORT_INCIDENT_LIST, "Incidents", "インシデント") \
	X(WORD_REPORT_INCIDENT, "{1}", "番号 {1}") \
	X(WORD_REPORT_OPEN, "{1} on {2}, since {3}, still open, peak {5}", "{1}（{2}） {3} から継続中、最大 {5}") \
	X(WORD_REPORT_CLOSED, "{1} on {2}, {3} to {4}, peak {5}", "{1}（{2}） {3} から {4} まで、最大 {5}") \
	X(WORD_REPORT_WATCHER, "{1} counts corrected, {2} overflows of the event queue (since its start); {3} messages unread", \
	    "計数の補正 {1} 回、イベントの溢れ {2} 回（起動以降）、未読み取り {3} 通") \
	X(WORD_REPORT_MAILS, "{1} wait to be sent, {2} were refused", "送信待ち {1} 通、拒否 {2} 通") \
	X(WORD_COLUMN_FLOW, "Flow", "流量") \
	X(WORD_COLUMN_NOW, "this", "今回") \
	X(WORD_COLUMN_DAY, "day before", "前日") \
	X(WORD_COLUMN_WEEK, "week bef.", "前週") \
	X(WORD_COLUMN_TIME, "Time", "時刻") \
	X(WORD_COLUMN_SPOOL, "Spool", "スプール") \
	X(WORD_ROW_ARRIVALS, "arrived", "到着") \
	X(WORD_ROW_DELIVERIES, "delivered", "配送") \
	X(WORD_ROW_DEFERRALS, "deferred", "延期") \
	X(WORD_ROW_BOUNCES, "bounces", "バウンス") \
	X(WORD_ROW_REMOVED, "removed", "削除") \
	X(WORD_ROW_BOUNCES_MAX, "b. waiting", "B 待ち最大") \
	X(WORD_ROW_OLDEST, "oldest", "最長待ち") \
	X(WORD_ROW_P50, "good p50", "通常 p50") \
	X(WORD_ROW_P95, "good p95", "通常 p95")

/* host */
#define WORDS_TRIAL(X) \
	X(WORD_TRIAL_SUBJECT, "test of the alerts of {1}", "{1}: 通知のテスト") \
	X(WORD_TRIAL_WHAT, "A test: this is how the alerts of watchdogd on {1} come to you. All is well.", \
	    "テストです。{1} の watchdogd からの通知はこのように届きます。異常はありません。") \
	X(WORD_TRIAL_FOOT, "watchdogd on {1}; sent by watchdogctl alert test", \
	    "{1} の watchdogd より。watchdogctl alert test により送信")

#define WORDS_FACT(X) \
	/* rule, the detector's words, signal with its value, level */ \
	X(WORD_WHAT, "{1}: {2}", "{1}: 現在 {3}、しきい値 {4}") \
	/* rule, incident, the detector's words */ \
	X(WORD_ALSO, "{1}, incident {2}: {3}", "{1}（インシデント {2}） 記録: {3}") \
	X(WORD_SINCE, "{1} ({2})", "{1}（経過時間 {2}）") \
	X(WORD_BACK_ONCE, "{1} (it came back {2} time)", "{1}（再発 {2} 回目）") \
	X(WORD_BACK, "{1} (it came back {2} times)", "{1}（再発 {2} 回目）") \
	/* before, now, time */ \
	X(WORD_NEWS_PEAK, "the peak is {2} ({3}); the last mail said {1}", \
	    "最大値が {2}（{3}）になりました（前回の通知時 {1}）") \
	X(WORD_NEWS_REMEDY, "a remedy has ended, see below", "対処の状態が変わりました（下記）") \
	X(WORD_CLOSED_BY, "{1} by {2}", "{1}（{2} の操作による）") \
	/* value, time, signal with its value */ \
	X(WORD_PEAK, "{1} at {2}", "{3}（{2}）") \
	X(WORD_GOOD, \
	    "{1} messages delivered in the last minute; {2} wait in incoming and active", \
	    "直近 1 分間の配送 {1} 通、incoming と active で待機中 {2} 通") \
	X(WORD_GOOD_OLDEST, \
	    "{1} messages delivered in the last minute; {2} wait in incoming and active, the " \
	    "oldest message there is {3} old", \
	    "直近 1 分間の配送 {1} 通、incoming と active で待機中 {2} 通（両キューで最も古い" \
	    "メールは到着から {3}）")

/* host; how many, limit; first and last time */
#define WORDS_DIGEST(X) \
	X(WORD_DIGEST_SUBJECT, "{2} alerts of {1}", "{1}: 通知 {2} 件のまとめ") \
	X(WORD_DIGEST_WHAT, \
	    "{1} alerts, gathered into one mail: you get {2} in an hour at most (alert.max_per_hour)", \
	    "通知 {1} 件をまとめました（1 時間の上限 {2} 通、設定 alert.max_per_hour）") \
	X(WORD_DIGEST_SINCE, "{1} to {2}", "{1} から {2} まで") \
	X(WORD_DIGEST_LIST, "What there was to tell", "通知の内容") \
	X(WORD_DIGEST_FOOT, "watchdogd on {1}", "{1} の watchdogd より")

/* host; open incidents; time */
#define WORDS_HEARTBEAT(X) \
	X(WORD_HEARTBEAT_SUBJECT, "{1} is watched", "{1}: 監視中") \
	X(WORD_HEARTBEAT_WELL, "all is well: no incident is open", "異常はありません") \
	X(WORD_HEARTBEAT_OPEN, "open incidents: {1}", "継続中のインシデント {1} 件") \
	X(WORD_HEARTBEAT_NEXT, "the next one comes in {1}; when it does not, look why", \
	    "次回は {1} 後です。届かないときは確認してください")

/* its own words in English; pattern or name, class, share in percent, how many, example */
#define WORDS_WHO(X) \
	X(WORD_WHO, "{1}", "{2}: 届いた{3}の {4} %") \
	X(WORD_WHO_EXAMPLE, "{1}", "{2}: 届いた{3}の {4} %（例: {6}）") \
	X(WORD_WHO_CAUSE, "{1}", "{3} {5} 通のうち {4} % の原因: {2}") \
	X(WORD_WHO_DEFERRAL, "{1}", "{2}: {3}の配送延期の {4} %") \
	X(WORD_DIMENSION_SENDER, "{1}", "差出人 {1}") \
	X(WORD_DIMENSION_SENDER_DOMAIN, "{1}", "差出人ドメイン {1}") \
	X(WORD_DIMENSION_RECIPIENT_DOMAIN, "{1}", "宛先ドメイン {1}") \
	X(WORD_DIMENSION_CLIENT, "{1}", "接続元 {1}") \
	X(WORD_DIMENSION_NETWORK, "{1}", "接続元ネットワーク {1}") \
	X(WORD_DIMENSION_SASL_USER, "{1}", "認証ユーザー {1}") \
	X(WORD_DIMENSION_SHAPE, "{1}", "差出人の型 {1}") \
	X(WORD_DIMENSION_SUBJECT, "{1}", "件名の型 {1}") \
	X(WORD_DIMENSION_REASON, "{1}", "延期理由 {1}") \
	X(WORD_DIMENSION_NEXT_HOP, "{1}", "配送先ホスト {1}") \
	X(WORD_DIMENSION_CAUSE, "{1}", "{1}") \
	X(WORD_CLASS_UNREAD, "messages not read yet", "未読み取りのメール") \
	X(WORD_CLASS_NORMAL, "messages", "通常メール") \
	X(WORD_CLASS_BOUNCE, "bounces", "バウンス") \
	X(WORD_CLASS_DSN, "null-sender messages", "外部からの空送信者メール") \
	X(WORD_CLASS_NOTICE, "notices", "管理者宛て通知")

/* What detectors, actions and causes say, by which said.c finds it: placeholders in the order of their
 * numbers, what is more special before what is less. */
#define WORDS_SAID(X) \
	X(WORD_SAID_ABOVE, "{1}, above {2} for {3}", "{1}（しきい値 {2} の超過が {3}継続）") \
	X(WORD_SAID_RARE, "{1}, rarer than once in {2}: {3}", "{1}（頻度は {2}に 1 回未満、{3}）") \
	X(WORD_SAID_TIMES, "{1}, {2} times the normal {3}: {4}", "{1}（通常 {3} の {2} 倍、{4}）") \
	X(WORD_SAID_STALL, "in {1} {2} arrived, {3} were delivered, {4} deferred", "{1}間に到着 {2}、配送 {3}、延期 {4}") \
	X(WORD_SAID_STALL_WAITING, "{1} wait in incoming and active, {2} before", "incoming と active で待機中 {1}（以前 {2}）") \
	X(WORD_SAID_DESTINATION, "{1} deferrals of late at {2}, {3} of all", "最近の延期 {1} 件が {2} に集中（全体の {3}）") \
	X(WORD_SAID_OUTAGE, "{1} of {2} attempts deferred in the last minute, at most {3} at one host", "直近 1 分間の配送 {2} 件のうち {1} が延期（1 ホストで最大 {3}）") \
	X(WORD_SAID_REASON, "most often: {1}", "最も多い理由: {1}") \
	X(WORD_SAID_FORECAST, "{1} full, {2} more a minute for {3}: full in {4}", "{1} 使用中、{3}にわたり毎分 {2} 増加、{4}で満杯") \
	X(WORD_SAID_RESTARTS, "{1} restarts of roles in {2}", "役割プロセスの再起動 {1} 回（{2}間）") \
	X(WORD_SAID_OVERFLOWS, "{1} overflows of the event queue in {2}", "イベントの溢れ {1} 回（{2}間）") \
	X(WORD_SAID_DRIFT, "{1} corrections of the counts in {2}", "計数の補正 {1} 回（{2}間）") \
	X(WORD_SAID_MAIL_WAITS, "mail to the staff that no relay takes waits for {1}", "どの中継先も受け取らない通知が {1}待機中") \
	X(WORD_SAID_NO_RULE, "closed: rule {1} on instance {2} is not in the settings any more", "終了: ルール {1}（インスタンス {2}）は設定にありません") \
	X(WORD_SAID_WILL_HOLD, "will hold {1} after the incident opened", "発生から {1}後に保留") \
	X(WORD_SAID_WOULD_HOLD_ONE, "would hold {1} message", "{1} 通を保留の対象") \
	X(WORD_SAID_WOULD_HOLD, "would hold {1} messages", "{1} 通を保留の対象") \
	X(WORD_SAID_DID_HOLD_GONE, "held {1} messages, {2} gone before", "{1} 通を保留（{2} 通は既になし）") \
	X(WORD_SAID_DID_HOLD_ONE, "held {1} message", "{1} 通を保留") \
	X(WORD_SAID_DID_HOLD, "held {1} messages", "{1} 通を保留") \
	X(WORD_SAID_WILL_DELETE, "will delete {1} after the incident opened", "発生から {1}後に削除") \
	X(WORD_SAID_WOULD_DELETE_ONE, "would delete {1} message", "{1} 通を削除の対象") \
	X(WORD_SAID_WOULD_DELETE, "would delete {1} messages", "{1} 通を削除の対象") \
	X(WORD_SAID_DID_DELETE_GONE, "deleted {1} messages, {2} gone before", "{1} 通を削除（{2} 通は既になし）") \
	X(WORD_SAID_DID_DELETE_ONE, "deleted {1} message", "{1} 通を削除") \
	X(WORD_SAID_DID_DELETE, "deleted {1} messages", "{1} 通を削除") \
	X(WORD_SAID_WILL_RELEASE, "will release {1} after the incident opened", "発生から {1}後に解放") \
	X(WORD_SAID_WOULD_RELEASE_ONE, "would release {1} message", "{1} 通を解放の対象") \
	X(WORD_SAID_WOULD_RELEASE, "would release {1} messages", "{1} 通を解放の対象") \
	X(WORD_SAID_DID_RELEASE_GONE, "released {1} messages, {2} gone before", "{1} 通を解放（{2} 通は既になし）") \
	X(WORD_SAID_DID_RELEASE_ONE, "released {1} message", "{1} 通を解放") \
	X(WORD_SAID_DID_RELEASE, "released {1} messages", "{1} 通を解放") \
	X(WORD_SAID_WILL_RESTORE, "will restore {1} after the incident opened", "発生から {1}後に復元") \
	X(WORD_SAID_WOULD_RESTORE_ONE, "would restore {1} message", "{1} 通を復元の対象") \
	X(WORD_SAID_WOULD_RESTORE, "would restore {1} messages", "{1} 通を復元の対象") \
	X(WORD_SAID_DID_RESTORE_GONE, "restored {1} messages, {2} gone before", "{1} 通を復元（{2} 通は既になし）") \
	X(WORD_SAID_DID_RESTORE_ONE, "restored {1} message", "{1} 通を復元") \
	X(WORD_SAID_DID_RESTORE, "restored {1} messages", "{1} 通を復元") \
	X(WORD_SAID_WOULD_SET, "would set {1} to {2}", "{1} を {2} に設定の対象") \
	X(WORD_SAID_OBSERVE, "mode is observe, nothing is done", "監視モードのため何もしません") \
	X(WORD_SAID_CONFIRM, "mode is confirm, waits for a yes", "承認待ち") \
	X(WORD_SAID_BEGUN_MATCH_ONE, "begun, {1} message match", "開始、対象 {1} 通") \
	X(WORD_SAID_BEGUN_MATCH, "begun, {1} messages match", "開始、対象 {1} 通") \
	X(WORD_SAID_BEGUN, "begun", "開始") \
	X(WORD_SAID_CAP_HOUR, "max_per_hour {1} is reached, goes on later", "上限 max_per_hour {1} に到達、後で続行") \
	X(WORD_SAID_CAP_SHARE, "max_share {1} of the queue is reached", "上限 max_share {1} に到達") \
	X(WORD_SAID_CAP_MESSAGES, "max_messages {1} is reached", "上限 max_messages {1} に到達") \
	X(WORD_SAID_NOTHING, "nothing done: {1}", "実行せず: {1}") \
	X(WORD_SAID_CAUSE_REFUSED, "mail from {1}, shape {2}, subject {3}, refused by {4} with {5}", "{1} からのメール（差出人の型 {2}、件名の型 {3}）を {4} が拒否: {5}") \
	X(WORD_SAID_CAUSE_PUT_OFF, "mail from {1}, shape {2}, subject {3}, put off by {4} with {5}", "{1} からのメール（差出人の型 {2}、件名の型 {3}）を {4} が延期: {5}") \
	X(WORD_SAID_CAUSE_HERE, "mail from {1}, shape {2}, subject {3}, refused here with {4}", "{1} からのメール（差出人の型 {2}、件名の型 {3}）を自ホストで拒否: {4}") \
	X(WORD_SAID_CAUSE_UNDELIVERED, "mail from {1}, shape {2}, subject {3}, not delivered: {4}", "{1} からのメール（差出人の型 {2}、件名の型 {3}）を配送できず: {4}")

#define WORDS_SIGNAL(X) \
	X(WORD_SIGNAL_BOUNCES, "bounces {1}", "配送待ちのバウンス {1} 通") \
	X(WORD_SIGNAL_BOUNCES_MADE, "bounces_made {1}", "直近 1 分間に発生したバウンス {1} 通") \
	X(WORD_SIGNAL_DSN, "dsn {1}", "配送待ちの外部 DSN {1} 通") \
	X(WORD_SIGNAL_MAILDROP, "maildrop {1}", "maildrop キュー {1} 通") \
	X(WORD_SIGNAL_INCOMING, "incoming {1}", "incoming キュー {1} 通") \
	X(WORD_SIGNAL_ACTIVE, "active {1}", "active キュー {1} 通") \
	X(WORD_SIGNAL_DEFERRED, "deferred {1}", "deferred キュー {1} 通") \
	X(WORD_SIGNAL_HOLD, "hold {1}", "hold キュー {1} 通") \
	X(WORD_SIGNAL_CORRUPT, "corrupt {1}", "corrupt キュー {1} 通") \
	X(WORD_SIGNAL_ARRIVALS, "arrivals {1}", "直近 1 分間の到着 {1} 通") \
	X(WORD_SIGNAL_OLDEST_AGE, "oldest_age {1}", "最も古いメールの到着からの時間 {1} 秒") \
	X(WORD_SIGNAL_STALLED, "stalled {1}", "配送が止まってからの時間 {1} 秒") \
	X(WORD_SIGNAL_FULLNESS, "fullness {1}", "上限に最も近い資源の使用率 {1} %") \
	X(WORD_SIGNAL_HOST_DEFERRALS, "host_deferrals {1}", "1 つの配送先ホストでの最近の延期 {1} 件") \
	X(WORD_SIGNAL_FAILING, "failing {1}", "直近 1 分間の配送試行の延期率 {1} %") \
	X(WORD_SIGNAL_TROUBLES, "troubles {1}", "watchdogd 自体の問題 {1} 件") \
	X(WORD_SIGNAL_SILENT, "silent {1}", "メールが届かなくなってからの時間 {1} 秒")

#define WORDS_ACTION(X) \
	X(WORD_REMEDIES_NONE, "none: the rule names no remedy", \
	    "なし（このルールには対処が設定されていません）") \
	X(WORD_ACTION, "action {1}", "対処 {1}") \
	/* remedy, state, the log's words */ \
	X(WORD_ACTION_TEXT, "{1}, {2}: {3}", "{1}（{2}） 記録: {3}") \
	X(WORD_STATE_WAITING, "waiting", "実行予定") \
	X(WORD_STATE_WOULD, "would", "監視のみ・未実行") \
	X(WORD_STATE_ASKING, "asking", "承認待ち") \
	X(WORD_STATE_RUNNING, "running", "実行中") \
	X(WORD_STATE_CAPPED, "capped", "上限で停止") \
	X(WORD_STATE_DONE, "done", "完了") \
	X(WORD_STATE_FAILED, "failed", "失敗") \
	X(WORD_STATE_UNDONE, "undone", "取り消し済み") \
	X(WORD_STATE_SKIPPED, "skipped", "見送り") \
	X(WORD_STATE_REJECTED, "rejected", "却下済み") \
	X(WORD_STATE_ENDING, "ending", "まもなく終了") \
	X(WORD_DO_IT, "do it:", "実行:") \
	X(WORD_CONFIRM, "yes:", "承認:") \
	X(WORD_REJECT, "no:", "却下:") \
	X(WORD_UNDO, "undo:", "取消:") \
	X(WORD_PUT_BACK, "is put back when the incident is over", \
	    "インシデントの終了時に自動で元に戻します") \
	X(WORD_NO_UNDO, "cannot be undone", "取り消しできません") \
	X(WORD_PAUSED, "acting is paused: watchdogctl resume", \
	    "自動対処は一時停止中です。再開: watchdogctl resume") \
	X(WORD_STOP, "watchdogctl pause (no remedy acts until watchdogctl resume)", \
	    "watchdogctl pause（watchdogctl resume まで自動対処を行いません）")

#define WORDS_QUEUE(X) \
	X(WORD_COLUMN_QUEUE, "Queue", "キュー") \
	X(WORD_COLUMN_MESSAGES, "messages", "合計") \
	X(WORD_COLUMN_NORMAL, "normal", "通常") \
	X(WORD_COLUMN_BOUNCES, "bounces", "バウンス") \
	X(WORD_COLUMN_DSN, "dsn", "外部 DSN") \
	X(WORD_COLUMN_OLDEST, "oldest", "最も古い") \
	X(WORD_FOOT, "watchdogd on {1}, incident {2}, Postfix instance {3}", \
	    "{1} の watchdogd より。インシデント {2}、Postfix インスタンス {3}") \
	X(WORD_UNIT_DAY, "d", "日") \
	X(WORD_UNIT_HOUR, "h", "時間") \
	X(WORD_UNIT_MINUTE, "min", "分") \
	X(WORD_UNIT_SECOND, "s", "秒")
/* clang-format on */

#define WORDS(X)           \
	WORDS_SUBJECT(X)   \
	WORDS_LABEL(X)     \
	WORDS_TRIAL(X)     \
	WORDS_REPORT(X)    \
	WORDS_HEARTBEAT(X) \
	WORDS_FACT(X)      \
	WORDS_DIGEST(X)    \
	WORDS_WHO(X)       \
	WORDS_SAID(X)      \
	WORDS_SIGNAL(X)    \
	WORDS_ACTION(X)    \
	WORDS_QUEUE(X)

#define WORDS_ENUM_(id, en, ja) id,
enum word {
	WORDS(WORDS_ENUM_) WORD_COUNT
};

#define WORDS_SIZE 2048
#define WORDS_SPAN_SIZE 48
#define WORDS_NUMBER_SIZE 24
#define WORDS_VALUES_MAX 9

/* The text with its placeholders. */
const char *words_get(enum language language, enum word word);

/* Fills `count` values in; what does not fit into `text` is cut off between two characters. */
char *words_fill(enum language language, enum word word, const char *const values[], int count,
    char text[WORDS_SIZE]);
#define WORDS_FILL(text, language, word, ...)                          \
	words_fill(language, word, (const char *const[]){__VA_ARGS__}, \
	    (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), text)

/* clock_format_span()'s in that language: "4 min 10 s", "4 分 10 秒". */
char *words_span(enum language language, int64_t span_s, char text[WORDS_SPAN_SIZE]);
/* The same of a span that is text already, as clock_format_span() writes it. */
bool words_is_span(const char *span);
char *words_translate_span(enum language language, const char *span, char text[WORDS_SPAN_SIZE]);

/* A number in digits, which are those of all our languages. Returns text. */
char *words_number(int64_t number, char text[WORDS_NUMBER_SIZE]);
/* The words of a value of another list; as it is called everywhere, where there are none. */
char *words_signal(
    enum language language, enum signal_name signal, int64_t value, char text[WORDS_SIZE]);

#endif
