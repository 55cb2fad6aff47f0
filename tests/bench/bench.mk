# bench.mk - make bench: ratios against a baseline of the same run, as root. Loopback only, in a
# temporary directory that is removed. Gateways and queues are made by what the system tests have.

WATCH_BENCHES = $(BUILD)/inotify_bench $(BUILD)/scan_bench
$(WATCH_BENCHES): $(BUILD)/%: $(BUILD)/tests/bench/%.o $(BUILD)/watch.a $(BUILD)/config.a \
		$(BUILD)/proto.a $(BUILD)/lib.a
	$(CC) $(LDFLAGS) $(HARDENING_LD) -Wl,--as-needed -o $@ $^ \
		$(LIBS_watch) $(LIBS_config) $(LIBS_proto) $(LIBS_lib)

.PHONY: bench
bench: deps
	@$(MAKE) --no-print-directory all $(WATCH_BENCHES)
	@BUILD=$(BUILD) PYTHONPATH=tests/system $(PYTHON) tests/bench/bench.py $(BUILD)

# How well detectors see trouble, on gateways that they were not tuned on: as it was tuned, then with
# holidays, daylight saving, growth and a level shift, then both with floods that are deferred no more
# than other mail. No root, no Postfix; some minutes.
$(BUILD)/detect_bench: $(BUILD)/tests/bench/detect_bench.o $(BUILD)/tests/replay/workload.o \
		$(BUILD)/tests/replay/random.o $(BUILD)/detect.a $(BUILD)/lib.a
	$(CC) $(LDFLAGS) $(HARDENING_LD) -Wl,--as-needed -o $@ $^ $(LIBS_detect) $(LIBS_lib)

BENCH_GATEWAYS ?= 4
.PHONY: bench-detect
bench-detect: $(BUILD)/detect_bench
	@for options in "-p A" "-p B" "-p A -e" "-p B -e"; do echo "==== $$options"; \
		$(BUILD)/detect_bench -s 1001 -n $(BENCH_GATEWAYS) $$options || exit 1; done
