#include "libsupply/trust/tuf/metadata.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/testing/tuf_repository.hpp"
#include "libsupply/trust/tuf/canonical_json.hpp"
#include "libsupply/trust/tuf/path_pattern.hpp"

using namespace supply;
using namespace supply::tuf;
using supply::testing::code_of;
using supply::testing::TufRepository;
using Json = nlohmann::json;

namespace {

std::string canonical(const char* text) {
  const auto written = canonical_json(*json::parse(text));
  return written ? *written : "error";
}

bool match(std::string_view pattern, std::string_view path) {
  std::uint64_t left = kMaxTufPatternSteps;
  return *matches(pattern, path, left);
}

}  // namespace

TEST_CASE("canonical JSON sorts by code point, escapes two characters and knows no fractions") {
  CHECK(canonical(R"( {"b": [1, -2, true, null], "a": "x\"\\\n\u00e9", "\u00e9": {}, "z": ""} )") ==
        "{\"a\":\"x\\\"\\\\\n\xc3\xa9\",\"b\":[1,-2,true,null],\"z\":\"\",\"\xc3\xa9\":{}}");
  CHECK(canonical("18446744073709551615") == "18446744073709551615");
  CHECK(canonical("-9223372036854775808") == "-9223372036854775808");
  CHECK(canonical("18446744073709551616") == "error");
  CHECK(canonical("1.0") == "error");
  CHECK(canonical("1e3") == "error");
}

TEST_CASE("a path pattern is of one component each, as the specification has it") {
  CHECK(match("targets/*.tgz", "targets/foo.tgz"));
  CHECK_FALSE(match("targets/*.tgz", "targets/foo.txt"));
  CHECK(match("targets/foo-version-?.tgz", "targets/foo-version-a.tgz"));
  CHECK_FALSE(match("targets/foo-version-?.tgz", "targets/foo-version-alpha.tgz"));
  CHECK(match("*.tgz", "foo.tgz"));
  CHECK_FALSE(match("*.tgz", "targets/foo.tgz"));
  CHECK(match("*", "x"));
  CHECK_FALSE(match("*", "x/y"));
  CHECK(match("*/*", "x/y"));
  CHECK_FALSE(match("a?b", "a/b"));
  CHECK(match("a[bc-e]*", "ad-"));
  CHECK(match("a[!bc-e]", "ax"));
  CHECK_FALSE(match("a[!bc-e]", "ad"));
  CHECK_FALSE(match("a[!b]b", "a/b"));
  CHECK(match("a[", "a["));
  CHECK(match("[]]", "]"));
  CHECK(match("", ""));
  CHECK_FALSE(match("", "a"));
  CHECK_FALSE(match("a", ""));
  CHECK(match("**a*b**", "xaxbx"));
  CHECK_FALSE(match("*a/b", "ca/c"));
  CHECK(match("*a*/b*c", "xay/bbc"));
  CHECK_FALSE(match("A", "a"));
}

TEST_CASE("comparing with patterns has an end") {
  const std::string pattern = std::string(50, '*') + "b", path(200, 'a');
  std::uint64_t left = kMaxTufPatternSteps;
  CHECK_FALSE(*matches(pattern, path, left));
  left = 10;
  CHECK(code_of(matches("*aaaaaaaaab", path, left)) == ErrorCode::limit_exceeded);
  left = 3;
  CHECK(*matches("abc", "abc", left));
  left = 2;
  CHECK(code_of(matches("abc", "abc", left)) == ErrorCode::limit_exceeded);
}

TEST_CASE("a delegation is by patterns or by prefixes of the path's hash") {
  Delegation delegation;
  std::uint64_t left = kMaxTufPatternSteps;
  const std::string hash = to_hex(crypto::hash(crypto::HashAlgorithm::sha256, "x"));
  delegation.path_hash_prefixes = {"zz", hash.substr(0, 5)};
  CHECK(*delegation.covers("x", left));
  delegation.path_hash_prefixes = {"", hash.substr(1, 5)};
  CHECK_FALSE(*delegation.covers("x", left));
}

TEST_CASE("what every file has must be there") {
  TufRepository repository;
  const std::string good = repository.files.at("1.root.json");
  REQUIRE(Root::parse(good));
  CHECK(code_of(Timestamp::parse(good)) == ErrorCode::malformed);
  for (const char* gone : {"_type", "spec_version", "version", "expires", "keys", "roles"}) {
    Json document = Json::parse(good);
    document["signed"].erase(gone);
    CHECK(code_of(Root::parse(document.dump())) == ErrorCode::malformed);
  }
  for (const auto& [name, value] : std::vector<std::pair<const char*, Json>>{{"version", 0},
                                                                             {"version", "1"},
                                                                             {"version", 1.5},
                                                                             {"spec_version", "2.0"},
                                                                             {"expires", "tomorrow"},
                                                                             {"_type", "Root"}}) {
    Json document = Json::parse(good);
    document["signed"][name] = value;
    CHECK(code_of(Root::parse(document.dump())) == ErrorCode::malformed);
  }
  Json document = Json::parse(good);
  document["signed"]["roles"].erase("snapshot");
  CHECK(code_of(Root::parse(document.dump())) == ErrorCode::malformed);
  for (const char* text : {"", "[]", "{}", R"({"signed":{},"signatures":{}})"})
    CHECK(code_of(Root::parse(text)) == ErrorCode::malformed);
}

TEST_CASE("a key id signs once; a signature that is no hexadecimal digits is nobody's") {
  TufRepository repository;
  Json document = Json::parse(repository.files.at("1.root.json"));
  document["signatures"].push_back({{"keyid", "other"}, {"sig", "no digits"}});
  document["signatures"].push_back({{"keyid", "empty"}, {"sig", ""}});
  const auto root = Root::parse(document.dump());
  REQUIRE(root);
  CHECK(root->signatures.at(1).bytes.empty());
  document["signatures"].push_back(document["signatures"][0]);
  CHECK(code_of(Root::parse(document.dump())) == ErrorCode::malformed);
}

TEST_CASE("lists in metadata have limits") {
  TufRepository repository;
  Json document = Json::parse(repository.files.at("1.root.json"));
  const Json key = document["signed"]["keys"].begin().value();
  const auto with = [&](std::size_t signatures, std::size_t keys) {
    Json changed = document;
    changed["signatures"] = Json::array();
    for (std::size_t i = 0; i < signatures; ++i)
      changed["signatures"].push_back({{"keyid", std::to_string(i)}, {"sig", ""}});
    for (std::size_t i = changed["signed"]["keys"].size(); i < keys; ++i)
      changed["signed"]["keys"]["more" + std::to_string(i)] = key;
    return Root::parse(changed.dump());
  };
  CHECK(with(kMaxTufSignatures, kMaxTufKeys));
  CHECK(code_of(with(kMaxTufSignatures + 1, 0)) == ErrorCode::limit_exceeded);
  CHECK(code_of(with(0, kMaxTufKeys + 1)) == ErrorCode::limit_exceeded);
}

TEST_CASE("delegations have names of their own and one way to say what they cover") {
  TufRepository repository;
  repository.delegate("targets", "role", {"*"});
  const Json good = Json::parse(repository.signed_text("targets"));
  REQUIRE(Targets::parse(good.dump()));
  const auto with = [&](const std::function<void(Json&)>& change) {
    Json changed = good;
    change(changed["signed"]["delegations"]["roles"]);
    return Targets::parse(changed.dump());
  };
  for (const char* name : {"root", "timestamp", "snapshot", "targets", ""})
    CHECK(code_of(with([&](Json& roles) { roles[0]["name"] = name; })) == ErrorCode::malformed);
  CHECK(code_of(with([&](Json& roles) { roles.push_back(roles[0]); })) == ErrorCode::malformed);
  CHECK(code_of(with([&](Json& roles) { roles[0].erase("paths"); })) == ErrorCode::malformed);
  CHECK(code_of(with([&](Json& roles) { roles[0]["path_hash_prefixes"] = {"00"}; })) == ErrorCode::malformed);
  CHECK(code_of(with([&](Json& roles) { roles[0].erase("terminating"); })) == ErrorCode::malformed);
  CHECK(with([&](Json& roles) { roles[0]["name"] = std::string(kMaxTufRoleNameBytes, 'x'); }));
  CHECK(code_of(with([&](Json& roles) { roles[0]["name"] = std::string(kMaxTufRoleNameBytes + 1, 'x'); })) ==
        ErrorCode::malformed);
  const auto many = [&](std::size_t count) {
    return with([&](Json& roles) {
      for (std::size_t i = 1; i < count; ++i) {
        roles.push_back(roles[0]);
        roles.back()["name"] = std::to_string(i);
      }
    });
  };
  CHECK(many(kMaxTufDelegations));
  CHECK(code_of(many(kMaxTufDelegations + 1)) == ErrorCode::limit_exceeded);
  Json both = good;
  both["signed"]["delegations"]["succinct_roles"] = {
      {"keyids", Json::array()}, {"threshold", 1}, {"bit_length", 8}, {"name_prefix", "b"}};
  CHECK(code_of(Targets::parse(both.dump())) == ErrorCode::malformed);
  both["signed"]["delegations"].erase("roles");
  CHECK(Targets::parse(both.dump()));
  both["signed"]["delegations"]["succinct_roles"]["bit_length"] = 33;
  CHECK(code_of(Targets::parse(both.dump())) == ErrorCode::malformed);
}

TEST_CASE("a target has a length and a hash") {
  TufRepository repository;
  repository.add_target("targets", "x", "bytes");
  const Json good = Json::parse(repository.signed_text("targets"));
  REQUIRE(Targets::parse(good.dump()));
  for (const char* gone : {"length", "hashes"}) {
    Json changed = good;
    changed["signed"]["targets"]["x"].erase(gone);
    CHECK(code_of(Targets::parse(changed.dump())) == ErrorCode::malformed);
  }
  Json changed = good;
  changed["signed"]["targets"]["x"]["hashes"]["sha256"] = "xyz";
  CHECK(code_of(Targets::parse(changed.dump())) == ErrorCode::malformed);
}

// The roots of the public-good instance and its staging, from the first on: keys and expiries in every form that there
// was.
TEST_CASE("the roots of the public instances lead from the first to the newest") {
  const char* const shared = std::getenv("SUPPLY_SHARED");
  const std::filesystem::path tuf =
      (shared != nullptr ? std::filesystem::path(shared)
                         : supply::testing::testdata("").parent_path().parent_path().parent_path() / "shared") /
      "sigstore" / "tuf";
  if (!supply::testing::is_beside_project(tuf)) return;
  for (const auto& [instance, newest] : {std::pair("production", 15), std::pair("staging", 14)}) {
    const auto root = [&, at = tuf / instance / "metadata" / "root_history"](int version) {
      const auto parsed = Root::parse(supply::testing::read(at / (std::to_string(version) + ".root.json")));
      if (!parsed) throw std::runtime_error(parsed.error().message());
      return *parsed;
    };
    Root before = root(1);
    CHECK(verify_threshold(before.message, before.signatures, before.root, before.keys));
    for (int version = 2; version <= newest; ++version) {
      const Root next = root(version);
      CHECK(verify_threshold(next.message, next.signatures, before.root, before.keys));
      CHECK(verify_threshold(next.message, next.signatures, next.root, next.keys));
      before = next;
    }
    const auto timestamp = Timestamp::parse(supply::testing::read(tuf / instance / "metadata" / "timestamp.json"));
    REQUIRE(timestamp);
    CHECK(verify_threshold(timestamp->message, timestamp->signatures, before.timestamp, before.keys));
  }
}
