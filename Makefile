# Masklet. `make run` sets up, builds and opens the window on the bundled
# sample; `make test` sets up and passes the tests; `make build` leaves ./masklet.

SHELL      := /bin/bash
# One flag set for every build: cgo packages are compiled once.
# gles avoids go-gl's desktop binding, migrated_fynedo matches FyneApp.toml.
# trimpath and the rest make one commit one sequence of bytes, wherever it is
# built; pie lets the system choose other addresses at each start.
export GOFLAGS := -buildvcs=false -trimpath -buildmode=pie -tags=gles,migrated_fynedo
CACHE      := .cache
# A toolchain that .setup/go fetched comes first, where there is one.
export PATH := $(CURDIR)/$(CACHE)/go/bin:$(PATH)
# Go keeps its caches here where there is no home folder to write to.
ifeq ($(shell test -n "$$HOME" -a -w "$$HOME" || echo none),none)
export GOPATH  ?= $(CURDIR)/$(CACHE)/gopath
export GOCACHE ?= $(CURDIR)/$(CACHE)/go-build
endif
ORT        := $(CACHE)/ort/libonnxruntime.so.1.30.0
PURE       := ./annotate/... ./inference ./inference/sam2/... ./inference/stride/... ./inference/checkpoint/... \
              ./inference/modelpack/... ./project ./project/internal/... ./project/export/... ./ui/controller/... ./ui/viewport/...
BIN        := $(CACHE)/bin
# The version is the tag (v0.2.0, or v0.2.0-5-gabc1234 after it); without tags
# it is the one of FyneApp.toml and the commit.
VERSION    := $(shell git describe --tags --match 'v[0-9]*' --dirty 2>/dev/null | sed s/^v// | grep . || \
              echo "$$(sed -nE 's/^Version = "(.*)"/\1/p' FyneApp.toml)-dev+$$(git describe --always --dirty 2>/dev/null || echo unknown)")
LDFLAGS    := -X main.version=$(VERSION)
ifeq ($(shell uname -s),Linux)
# What the loader fills in cannot be written to afterwards.
LDFLAGS    += -extldflags "-Wl,-z,relro,-z,now"
endif

.PHONY: build run test help setup vet lint vulnerabilities race golden davis simulate label torture bench sample screenshots deb packages version release-check release-notes elsewhere debug clean

build: setup ## leaves the binary ./masklet
	go build -ldflags '$(LDFLAGS)' -o masklet .

run: build ## opens the window on the sample; without a display does the same job headless
	@./.setup/run-sample

test: setup ## passes the tests
	go test -timeout 30m ./...

help: ## lists the targets
	@sed -nE 's/^([a-z-]+):.* ## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(CACHE)/packages.stamp $(ORT) ## installs what building and testing need; every other target does it first

$(CACHE)/packages.stamp: .setup/packages .setup/go
	@mkdir -p $(CACHE)
	@.setup/packages $(CACHE)/packages.log
	@.setup/go "$(CURDIR)/$(CACHE)/go"
	@echo "setup: the first build compiles the bindings of OpenCV and the window, which takes some minutes"
	@touch $@

$(ORT): .setup/onnxruntime | $(CACHE)/packages.stamp
	@.setup/onnxruntime $@

vet: setup ## go vet
	go vet ./...

$(BIN)/%: .tools/go.mod
	@mkdir -p $(BIN)
	cd .tools && GOFLAGS=-buildvcs=false go build -o ../$(BIN)/ $$(go list -e -f '{{.ImportPath}}' tool | grep '/$*$$')

lint: setup $(BIN)/staticcheck $(BIN)/depguard $(BIN)/errcheck ## formatting, import rules (.depguard.yml), staticcheck, dropped errors, sizes
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "lint: run gofmt"; exit 1; }
	$(BIN)/depguard ./...
	$(BIN)/staticcheck ./...
	@.setup/unchecked-errors $(BIN)/errcheck -ignoretests ./...
	@.setup/house-rules

vulnerabilities: setup $(BIN)/govulncheck ## known vulnerabilities in what is called, where their database can be reached
	@.setup/vulnerabilities $(BIN)/govulncheck ./...

# The race detector has no position-independent build.
race: export GOFLAGS := $(filter-out -buildmode=pie,$(GOFLAGS))
race: setup ## the race detector on the packages without cgo of their own
	go test -race -short $(PURE)

golden: setup ## reference outputs of the model builder and the video engine (folder MASKLET_GOLDEN)
	MASKLET_GOLDEN="$${MASKLET_GOLDEN:-$(CURDIR)/../shared/golden}" go test -v -count=1 -timeout 60m -run Golden ./inference/...

davis: setup ## quality of the built-in engines on clips with true masks (folder MASKLET_DAVIS)
	MASKLET_DAVIS="$${MASKLET_DAVIS:-$(CURDIR)/../shared/davis}" go test -v -count=1 -timeout 60m -run DAVIS ./inference/classic/...

simulate: build ## a simulated annotator on the same clips: J after 1 to 8 clicks, classic beside builtin
	.ci/simulate "$${MASKLET_DAVIS:-$(CURDIR)/../shared/davis}"

label: build ## a scripted labeler on the same clips, who follows the review queue: actions to a mean J of 0.85
	.ci/label "$${MASKLET_DAVIS:-$(CURDIR)/../shared/davis}"

torture: build ## kills, disk faults and hostile inputs; KILLS=200 says how many kills
	.ci/torture

bench: setup ## the benchmarks of all packages
	go test -run '^$$' -bench . -benchtime 3x ./...

sample: setup ## makes the bundled sample clip again
	go test -count=1 -run TestWrite ./assets/samplegen -write "$(CURDIR)/assets"

screenshots: build ## the scripted window run; its pictures are the README's
	.ci/window --keep

deb: build ## a Debian package for this system alone, quickly: out/masklet_*.deb
	@mkdir -p out
	@.packaging/licences system >$(CACHE)/terms.txt
	DEB_FLAGS="-Zgzip -z1" .packaging/deb masklet $(ORT) $(VERSION) $(CACHE)/terms.txt out

packages: build $(BIN)/cyclonedx-gomod ## every package that can be made here, proved in bare root file systems and under Wine (as root)
	@.packaging/all $(VERSION) $(ORT)

version: ## prints the version that a build has
	@echo $(VERSION)

release-check: ## the tag, FyneApp.toml and CHANGELOG.md name one version
	@.setup/release check

release-notes: ## out/release-notes.md from CHANGELOG.md
	@mkdir -p out
	@.setup/release notes >out/release-notes.md

elsewhere: setup ## go vet for macOS and Windows of the packages that need no C library
	@.setup/elsewhere darwin
	@.setup/elsewhere windows

debug: setup ## a build that warns when a worker touches the window (slow: other flags)
	GOFLAGS=-buildvcs=false go build -ldflags '$(LDFLAGS)' -tags gles,no_metadata -o masklet .

clean: ## removes everything that was made or fetched
	@test ! -d $(CACHE) || chmod -R u+w $(CACHE)
	rm -rf masklet $(CACHE) out
