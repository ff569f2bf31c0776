# `make help` lists what can be asked for. The work is done by the scripts in make/.
.DEFAULT_GOAL := help
.PHONY: help up down status test bench build
MAKEFLAGS += --no-print-directory

BUILT := operator/app/target/cairn/.built
SOURCES := pom.xml $(wildcard operator/*/pom.xml) $(shell find operator -path '*/src/main/*' -not -path 'operator/bench/*' -type f)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(BUILT) ## bring up two Docker engines, HAProxy, the operator and the first example; again: what is missing
	@make/engines up
	@make/images load $$(make/engines urls)
	@./cairn up --detach examples/first $${CAIRN_STATE:-.cairn}/hosts

down: ## remove everything that make up has started or made
	@make/down

status: ## say which engines run
	@make/engines status

# The conformance suite runs against a cluster only when it is named on make's command line: the suite writes there.
CLUSTER := $(if $(filter command line,$(origin KUBECONFIG)),-Dcairn.kubeconfig=$(abspath $(KUBECONFIG)))

test: ## install what the tests need and run all of them (as root: they start Docker engines); KUBECONFIG=... names a cluster
	@make/test-tools
	@make/test-shell
	@PATH="$$PATH:$(CURDIR)/target/tools" ./mvnw -B -ntp -T 2 $(CLUSTER) verify

bench: $(BUILT) ## measure against peers, on what make up has started; WHAT="twelve idle" runs some only
	@./mvnw -q -B -ntp -Pbench -pl operator/bench -am -DskipTests -Dspotless.check.skip package
	@PATH="$$PATH:/usr/sbin:/sbin" java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp 'operator/bench/target/bench/*' dev.cairn.bench.Bench $(WHAT)

build: $(BUILT) ## build the command line ./cairn, without tests

$(BUILT): $(SOURCES)
	@make/jdk
	@echo "building (the first time Maven fetches its libraries: some minutes)"
	@./mvnw -q -B -ntp -pl operator/app -am -DskipTests -Dspotless.check.skip package
	@make/archive || echo "no class archive: Java starts without it"
	@touch $@
