#include "libsupply/verdict/policy/schema.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "libsupply/verdict/deploy/deployment_rule.hpp"
#include "libsupply/verdict/policy/internal/condition.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

using Json = nlohmann::ordered_json;

/// All but the members that rules read. $defs are what the rules' fragments may refer to.
constexpr std::string_view kFrame = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "policy.schema.json",
  "title": "What must hold of an image or a workload before it may run (policy.yaml of supply gate)",
  "description": "Made from the rules' own fragments (libsupply/verdict/policy/rules). Read as YAML 1.2 without anchors, aliases and tags. Everything that is asked of an image must hold; an image that no entry matches is denied. The meaning of each member: tools/supply/guide/policy.md and rules.md.",
  "type": "object",
  "additionalProperties": false,
  "required": ["version", "images"],
  "properties": {
    "version": {"const": 1},
    "include": {
      "description": "Policies whose keys, entries and exceptions count too. What they ask, this one cannot take back.",
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["path", "digest"],
        "properties": {
          "path": {"description": "Relative to the policy's directory.", "$ref": "#/$defs/text"},
          "digest": {"description": "Of the file's bytes.", "type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
          "signed_by": {"description": "Keys of this policy; the bundle is PATH.sigstore.json.", "$ref": "#/$defs/names"}
        }
      }
    },
    "sets": {
      "description": "Lists of texts by name. In a list of texts {set: NAME} is for all of them.",
      "type": "object",
      "minProperties": 1,
      "additionalProperties": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/text"}}
    },
    "keys": {
      "description": "Public keys by name: a PEM file, its path relative to the policy's directory, or the PEM text itself.",
      "type": "object",
      "minProperties": 1,
      "additionalProperties": {"$ref": "#/$defs/text"}
    },
    "identities": {
      "description": "Holders of certificates by name: subject and issuer, as a text or a regular expression that must match as a whole, and extensions of Fulcio.",
      "type": "object",
      "minProperties": 1,
      "additionalProperties": {
        "type": "object",
        "additionalProperties": false,
        "allOf": [
          {"anyOf": [{"required": ["subject"]}, {"required": ["subject_regexp"]}]},
          {"anyOf": [{"required": ["issuer"]}, {"required": ["issuer_regexp"]}]}
        ],
        "properties": {
          "subject": {"$ref": "#/$defs/text_or_texts"},
          "subject_regexp": {"$ref": "#/$defs/text_or_texts"},
          "issuer": {"$ref": "#/$defs/text_or_texts"},
          "issuer_regexp": {"$ref": "#/$defs/text_or_texts"},
          "extensions": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/text"}}
        }
      }
    },
    "trusted_root": {"description": "A trusted_root.json for identities; without it the built-in one of Sigstore's public instance.", "$ref": "#/$defs/text"},
    "builders": {
      "description": "Who may speak for which builder, by builder.id or a pattern of it.",
      "type": "object",
      "minProperties": 1,
      "propertyNames": {"$ref": "#/$defs/pattern"},
      "additionalProperties": {
        "type": "object",
        "additionalProperties": false,
        "required": ["keys"],
        "properties": {
          "keys": {"$ref": "#/$defs/names"},
          "level": {"description": "The highest SLSA build level that these keys can prove.", "type": "integer", "minimum": 1, "maximum": 3, "default": 1}
        }
      }
    },
    "images": {
      "description": "What is asked of which images. Every entry that matches an image applies to it. An empty list allows nothing.",
      "type": "array",
      "items": {"$ref": "#/$defs/entry"}
    },
    "workloads": {
      "description": "What is asked of workloads and of the objects around them. One that no entry matches is asked every rule.",
      "type": "array",
      "items": {
        "description": "Which rules are asked of some subjects, as the report names them, and how.",
        "type": "object",
        "additionalProperties": false,
        "required": ["match"],
        "anyOf": [{"required": ["rules"]}, {"required": ["min_score"]}],
        "properties": {
          "match": {
            "description": "Patterns of subjects: service web, Deployment shop/*, namespace shop; * is any run without '/', ** any run.",
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": {"anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/set"}]}
          },
          "rules": {"description": "Ids of rules, with * for any run: deploy/read-only, deploy/*. Without it: every rule. Together with other entries that match: those of each.", "$ref": "#/$defs/patterns"},
          "min_score": {"description": "The least corrected score.", "type": "integer", "minimum": 1, "maximum": 100},
          "effect": {"description": "warn: what is found is a warning.", "enum": ["deny", "warn"], "default": "deny"},
          "effective_from": {"description": "Before it, the entry only warns.", "$ref": "#/$defs/time"}
        }
      }
    },
    "exceptions": {
      "type": "array",
      "items": {
        "description": "A denial by one rule that somebody answers for, for some subjects and some time.",
        "type": "object",
        "additionalProperties": false,
        "required": ["rule", "reason", "owner", "expires"],
        "anyOf": [{"required": ["images"]}, {"required": ["workloads"]}],
        "properties": {
          "rule": {"enum": []},
          "images": {
            "description": "Digests, or patterns of images' names.",
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": {"anyOf": [{"allOf": [{"$ref": "#/$defs/pattern"}, {"pattern": "[^*?/]"}]}, {"$ref": "#/$defs/set"}]}
          },
          "workloads": {
            "description": "Patterns of workloads, as the report names them: service web, Deployment shop/*; * is any run without '/', ** any run.",
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": {"anyOf": [{"type": "string", "pattern": "[^*?/ \\t\\r\\n]"}, {"$ref": "#/$defs/set"}]}
          },
          "findings": {
            "description": "Ids of the findings that are excepted, as the report has them (member id), with *: in a package URL any run of characters, in others (a path, a label, env/NAME) any run without '/', and ** any run. Without it, all that the rule denies.",
            "type": "array", "minItems": 1, "uniqueItems": true,
            "items": {"anyOf": [{"type": "string", "pattern": "[^*?/ \\t\\r\\n]"}, {"$ref": "#/$defs/set"}]}
          },
          "reason": {"$ref": "#/$defs/text"},
          "owner": {"$ref": "#/$defs/text"},
          "expires": {"description": "From then on the exception does not count.", "$ref": "#/$defs/time"}
        },
        "allOf": []
      }
    },
    "break_glass": {
      "description": "Who may let pass what is denied, by a signed record that says why and until when.",
      "type": "object",
      "additionalProperties": false,
      "required": ["keys", "longest"],
      "properties": {
        "keys": {"$ref": "#/$defs/names"},
        "longest": {"description": "How long one record may count.", "$ref": "#/$defs/duration"}
      }
    },
    "admission": {
      "description": "What supply gate serve admits to a cluster, beside what is asked of images. Not in an included policy.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "digests": {"description": "fill: images have digests, which the mutating webhook fills in. require: nobody fills them in. any: tags are admitted for what they stand for now.", "enum": ["fill", "require", "any"], "default": "fill"},
        "exempt_namespaces": {"description": "Namespaces whose objects are not judged.", "$ref": "#/$defs/patterns"},
        "connect": {"description": "Whether exec, attach, port-forward and proxy pass.", "enum": ["deny", "allow"], "default": "deny"},
        "image_paths": {
          "description": "Where a custom resource has its image or pod, by kind: {Kafka: spec.kafka.image}.",
          "type": "object",
          "minProperties": 1,
          "additionalProperties": {"$ref": "#/$defs/text_or_texts"}
        },
        "kinds_without_images": {"description": "Kinds of custom resources that run no image although they look so.", "$ref": "#/$defs/names"},
        "workload_rules": {"description": "Rules over workloads that objects must fulfil, by id: deploy/privileged, deploy/*.", "$ref": "#/$defs/patterns"}
      }
    }
  },
  "$defs": {
    "text": {"type": "string", "pattern": "[^ \\t\\r\\n]"},
    "text_or_texts": {"anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/names"}]},
    "set": {"type": "object", "additionalProperties": false, "required": ["set"], "properties": {"set": {"$ref": "#/$defs/text"}}},
    "names": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/set"}]}},
    "time": {
      "description": "A date, or a time with its zone.",
      "type": "string",
      "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    },
    "duration": {"description": "30d, 12h, 15m or 45s.", "type": "string", "pattern": "^[1-9][0-9]*[dhms]$"},
    "bytes": {"description": "500MB, 1.5GiB.", "type": "string", "pattern": "^[0-9]+(\\.[0-9])?(B|kB|MB|GB|KiB|MiB|GiB)$"},
    "pattern": {
      "description": "* stands for any run without '/', ** for any run, ? for one character but '/'; in package URLs and rules' ids * is any run. The whole text must match.",
      "type": "string",
      "pattern": "^([^\\s\\x00-\\x1f\\x7f{}\\[\\]\\\\^$]*\\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*\\])?[^\\s\\x00-\\x1f\\x7f{}\\[\\]\\\\^$]+$",
      "not": {"pattern": "\\*\\*\\*"}
    },
    "patterns": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"anyOf": [{"$ref": "#/$defs/pattern"}, {"$ref": "#/$defs/set"}]}},
    "source": {
      "description": "An address of a repository in canonical form: scheme://host/path, scheme and host in lower case, without user, default port, a slash or .git at the end, ? and #; behind '@' a ref or commit. ** alone is any address.",
      "allOf": [
        {"$ref": "#/$defs/pattern"},
        {"pattern": "^(\\*\\*|[a-z][a-z0-9+.-]*://[^/@?#A-Z%]+(/[^@?#]*)?(@.+)?)$"},
        {"not": {"pattern": "^git\\+|^[^@]*(/|\\.git)$|^[^@]*(/|\\.git)@"}}
      ]
    },
    "purl_pattern": {
      "description": "A package URL without qualifiers, with or without version, * for any run of characters, / and @ too (** is the same).",
      "allOf": [{"$ref": "#/$defs/pattern"}, {"pattern": "^pkg:[^?#]*/[^?#]*$"}]
    },
    "verifiers": {
      "description": "By verifier.id, byte for byte: whose signatures count for it; without keys the signers under signatures.",
      "type": "object",
      "minProperties": 1,
      "propertyNames": {"$ref": "#/$defs/text"},
      "additionalProperties": {
        "type": "object", "additionalProperties": false,
        "properties": {"keys": {"$ref": "#/$defs/names"}}
      }
    },
    "entry": {
      "type": "object",
      "additionalProperties": false,
      "required": ["match"],
      "anyOf": [],
      "properties": {
        "match": {
          "description": "Patterns of the image's name (docker.io/library/debian; a layout's path), of name:tag, name@digest or name:tag@digest. A host may be spelled in any way.",
          "$ref": "#/$defs/patterns",
          "items": {"not": {"pattern": "^(https?|dir|sbom|file):"}}
        },
        "effect": {"description": "warn: what it denies is shown and decides nothing.", "enum": ["deny", "warn"], "default": "deny"},
        "effective_from": {"description": "Until then the entry only warns.", "$ref": "#/$defs/time"},
        "own_exceptions": {"description": "Exceptions of a policy that includes this one cover nothing that the entry denies.", "type": "boolean", "default": false}
      }
    }
  }
}
)json";

/// "config" of "config.non_root", and what is behind the dot.
std::pair<std::string, std::string> parts(const Rule& rule) {
  const std::size_t dot = rule.member.find('.');
  if (dot == std::string_view::npos) return {std::string(rule.member), {}};
  return {std::string(rule.member.substr(0, dot)), std::string(rule.member.substr(dot + 1))};
}

/// The member where it asks something: a flag that is false asks nothing.
Json asks_something(const std::string& member, const Json& fragment) {
  Json asks{{"required", {member}}};
  if (fragment.value("type", "") == "boolean") asks["properties"] = {{member, {{"const", true}}}};
  return asks;
}

void add_rules(Json& entry) {
  std::map<std::string, Json> groups;
  for (const Rule* rule : all_rules()) {
    const Json fragment = Json::parse(rule->schema);
    const auto [first, second] = parts(*rule);
    if (second.empty()) {
      entry["properties"][first] = fragment;
      entry["anyOf"].push_back(asks_something(first, fragment));
      continue;
    }
    if (!groups.contains(first))
      groups[first] = {{"description", "Each member is judged by a rule of its own."},
                       {"type", "object"},
                       {"additionalProperties", false},
                       {"properties", Json::object()},
                       {"anyOf", Json::array()}};
    groups[first]["properties"][second] = fragment;
    groups[first]["anyOf"].push_back(asks_something(second, fragment));
  }
  for (auto& [name, group] : groups) {
    entry["properties"][name] = std::move(group);
    entry["anyOf"].push_back({{"required", {name}}});
  }
}

}  // namespace

std::string policy_schema() {
  Json schema = Json::parse(kFrame);
  schema["$defs"]["condition"] = Json::parse(kConditionSchema);
  Json& exception = schema["properties"]["exceptions"]["items"];
  Json named = Json::array();
  for (const Rule* rule : all_rules()) {
    exception["properties"]["rule"]["enum"].push_back(rule->id);
    if (rule->exceptions == ExceptionScope::named_findings) named.push_back(rule->id);
  }
  Json of_workloads = Json::array();
  for (const deploy::DeploymentRule* rule : deploy::all_rules()) {
    exception["properties"]["rule"]["enum"].push_back(rule->id);
    of_workloads.push_back(rule->id);
  }
  exception["allOf"].push_back({{"if", {{"properties", {{"rule", {{"enum", of_workloads}}}}}, {"required", {"rule"}}}},
                                {"then", {{"required", {"workloads"}}, {"properties", {{"images", false}}}}}});
  exception["allOf"].push_back({{"if", {{"properties", {{"rule", {{"enum", named}}}}}, {"required", {"rule"}}}},
                                {"then", {{"required", {"findings"}}}}});
  add_rules(schema["$defs"]["entry"]);
  return schema.dump(2) + "\n";
}

std::string rules_guide() {
  std::string text =
      "# The rules of a policy\n\nMade from the rules' own files by a test (`SUPPLY_ACCEPT=1` writes it). What a "
      "policy is, who signs, and what "
      "exceptions\nare: [policy.md](policy.md). Each rule is asked by a member of an entry under `images`; "
      "its "
      "name is what\nexceptions and reports call it. `supply gate explain RULE` prints its section.\n";
  for (const Rule* rule : all_rules())
    text += fmt::format("\n## {}\n\nMember `{}`. Yes: *{}*. No: *{}*.\n\n{}\n", rule->id, rule->member, rule->title,
                        rule->denied, rule->guide);
  return text;
}

}  // namespace supply::policy
