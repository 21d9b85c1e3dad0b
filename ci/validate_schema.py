#!/usr/bin/env python3
"""validate_schema.py SCHEMA DOCUMENT...: says for each JSON document "ok" or "bad" and why; exit 1 if any is bad.

A $ref to another file means one beside SCHEMA."""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver: Debian 12 has jsonschema 4.10, before `referencing`
import jsonschema


def main():
    path = pathlib.Path(sys.argv[1]).resolve()
    store = {}
    for other in path.parent.glob("*.schema.json"):
        store[other.as_uri()] = json.loads(other.read_text())
        store[other.as_uri()].pop("$id", None)  # the place of the file says which it is
    schema = store[path.as_uri()]
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema, store=store))
    bad = 0
    for name in sys.argv[2:]:
        problem = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(pathlib.Path(name).read_text())))
        bad += problem is not None
        print(f"{name}: {'ok' if problem is None else 'bad: ' + problem.json_path + ': ' + problem.message[:200]}")
    sys.exit(1 if bad else 0)


main()
