# The course in two commands: `make lab` opens it, `make test` runs everything that CI runs.

BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
PYTHON ?=
START ?=
STICK ?=
FIVE := tests/browser/test_class_of_languages.py
export PYTHON

.PHONY: lab test lint types units lessons rehearsal browser coverage docs install oldest requirements vectors wheel class class-benchmark class-day class-languages stick stick-check clean

# LANGUAGE=th on the command line; a machine's own variable of that name counts for nothing.
lab: install
	@$(BIN)/bordercourse start $(if $(filter command,$(word 1,$(origin LANGUAGE))),--language $(LANGUAGE)) $(START)

test: lint types units lessons rehearsal browser
	@echo "make test: everything passed"

install:
	@tools/install

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/deptry src

types: install
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases --implicit-reexport tests

units: install
	$(BIN)/pytest -q -n 2 --dist loadfile --ignore=tests/browser

lessons: install
	$(BIN)/pytest -q -o addopts= -n 2 --dist loadscope --nbval-lax --nbval-current-env \
		--nbval-sanitize-with=tests/nbval.cfg notebooks

rehearsal: install
	$(BIN)/bordercourse rehearse

browser: install
	tools/install-browser
	$(BIN)/pytest -q -n 2 --dist loadfile --ignore=$(FIVE) tests/browser

# Five people of one class, each in a language of their own, from the login to the feedback. With sudo, on Linux;
# some minutes.
class-languages: install
	tools/install-browser
	$(BIN)/pytest -q -n 0 $(FIVE)

# How much of the library its tests walk through; it takes longer than `make units`.
coverage: install
	$(BIN)/pytest -q -n 2 --dist loadfile --ignore=tests/browser --cov=bordercourse --cov-report=term:skip-covered \
		--cov-fail-under=85

# The site, without network; every warning is an error.
docs: install
	$(BIN)/sphinx-build -q -W --keep-going -j auto -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "make docs: docs/_build/html/index.html"

# Write requirements.txt anew from pyproject.toml: one file for every system, with hashes, no index named.
requirements: install
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--extra dev --output-file requirements.txt pyproject.toml

# The tests of the library with the oldest versions that pyproject.toml allows, in an environment of their own.
oldest: install
	$(BIN)/uv pip compile --quiet --resolution lowest-direct --only-binary :all: --no-binary b45 --no-header --no-annotate --extra dev \
		--output-file .venv-oldest.txt pyproject.toml
	$(BIN)/uv venv --quiet --clear --seed .venv-oldest
	$(BIN)/uv pip install --quiet --python .venv-oldest/bin/python -r .venv-oldest.txt --editable .
	.venv-oldest/bin/python -m pytest -q -n 2 --dist loadfile --ignore=tests/browser --ignore=tests/test_requirements.py

# Published files that some tests read. They stay with their publishers; tests/vectors.toml lists them.
vectors: install
	$(BIN)/python tools/vectors.py

# The installable file for classrooms without git: lessons, exercises without solutions, and data.
wheel: install
	$(BIN)/python -m hatchling build -t wheel

# The same installed for a class, where participants can run it: /opt/bordercourse. With sudo, on Linux.
class: wheel
	tools/install-class

# Thirty simulated people in a class of this machine: seconds to the first cell, memory, hand-ins. With sudo.
class-benchmark: class
	$(BIN)/python benchmarks/classroom.py

# A whole day of thirty simulated people, from the opening to the report; every mark is compared. With sudo.
class-day: class
	$(BIN)/python benchmarks/class_day.py

# A folder from which laptops without internet install the course: dist/stick. STICK=--instructor adds the sources.
stick: install
	$(BIN)/python tools/stick/make.py $(STICK)

# The whole stick installed from in each of its ways, without a network. With sudo, on Linux; some minutes.
stick-check: install
	$(BIN)/python tools/stick/make.py --instructor dist/stick-check
	BORDERCOURSE_STICK=dist/stick-check $(BIN)/pytest -q tests/authoring/test_stick.py

clean:
	rm -rf .venv .venv-oldest .venv-oldest.txt dist build docs/_build docs/_made
