#include "libsupply/trust/verify/model_manifest.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/testing/sigstore_verdict.hpp"

namespace supply::verify {
namespace {

using testing::changed;
using testing::instance;

std::string hex_of(const std::string& text) { return to_hex(testing::sha256_of(text)); }

std::string resource(const std::string& name, const std::string& content) {
  return R"({"name":")" + name + R"(","algorithm":"sha256","digest":")" + hex_of(content) + "\"}";
}

// A model of two files.
std::string model() {
  return R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model","digest":{"sha256":")" +
         hex_of(testing::sha256_of("one") + testing::sha256_of("two")) +
         R"("}}],"predicateType":"https://model_signing/signature/v1.0","predicate":{"serialization":{"method":"files",)"
         R"("hash_type":"sha256","allow_symlinks":false,"ignore_paths":["model.sig",".git"]},"resources":[)" +
         resource("a/weights", "one") + "," + resource("config.json", "two") + "]}}";
}

ModelFiles files() { return {{"a/weights", hex_of("one")}, {"config.json", hex_of("two")}}; }

std::string told(const std::string& statement, const ModelFiles& found, const TrustPolicy& policy) {
  Budget budget;
  const std::string file = testing::to_json(testing::attested_1(statement));
  const auto answer = verify_model(
      Verifier(policy, testing::at(0)), file,
      [&](const ModelManifest& manifest) -> Result<ModelFiles> {
        CHECK(manifest.ignored.contains(".git"));
        CHECK(manifest.ignored.contains("model.sig"));
        return found;
      },
      budget);
  return answer ? "yes" : answer.error().message();
}

TEST_CASE("a model is the files that were signed and no others") {
  const TrustPolicy policy = testing::identity_policy();
  CHECK(told(model(), files(), policy) == "yes");
  ModelFiles found = files();
  found["config.json"] = hex_of("three");
  CHECK(told(model(), found, policy) == "file \"config.json\" is not as it was signed");
  found.erase("config.json");
  CHECK(told(model(), found, policy) == "file \"config.json\" was signed and is missing");
  found = files();
  found["evil.py"] = hex_of("evil");
  CHECK(told(model(), found, policy) == "file \"evil.py\" was not signed");
}

TEST_CASE("a model's list is by who was asked for, and leads to the subject's digest") {
  TrustPolicy other = testing::identity_policy();
  other.identities[0].names = {TextPattern::exact("https://other.test")};
  CHECK(told(model(), files(), other).starts_with("identity: "));
  const auto parsed = [](const std::string& text) {
    const auto manifest = ModelManifest::parse(*attest::Statement::parse(text));
    return manifest ? "ok" : std::string(to_string(manifest.error().code()));
  };
  CHECK(parsed(model()) == "ok");
  CHECK(parsed(changed(model(), hex_of("two"), hex_of("three"))) == "mismatch");
  CHECK(parsed(changed(model(), "signature/v1.0", "signature/v9.0")) == "mismatch");
  CHECK(parsed(changed(model(), R"("files")", R"("shards")")) == "malformed");  // without their size
  CHECK(parsed(changed(model(), R"("files")", R"("trees")")) == "unsupported");
  CHECK(parsed(changed(model(), R"("hash_type":"sha256")", R"("hash_type":"blake3")")) == "unsupported");
  CHECK(parsed(changed(model(), R"("algorithm":"sha256")", R"("algorithm":"blake2b")")) == "unsupported");
  for (const char* name : {"../weights", "/etc/passwd", "a//b", "", "a/./b", "config.json"})
    CHECK(parsed(changed(model(), R"("a/weights")", '"' + std::string(name) + '"')) == "malformed");
  CHECK(parsed(changed(model(), R"("resources")", R"("others")")) == "malformed");
  std::string many = model();
  const std::string list = resource("a/weights", "one") + "," + resource("config.json", "two");
  std::string all = resource("0", "x");
  for (std::size_t i = 1; i <= kMaxModelFiles; ++i) all += R"(,{"name":""})";
  CHECK(parsed(changed(many, list, all)) == "limit_exceeded");
}

// The same model in shards of two bytes.
std::string sharded() {
  const std::string list = resource("a/weights:0:2", "on") + "," + resource("a/weights:2:3", "e") + "," +
                           resource("config.json:0:2", "tw") + "," + resource("config.json:2:3", "o");
  std::string text = changed(model(), resource("a/weights", "one") + "," + resource("config.json", "two"), list);
  text = changed(text, R"("method":"files")", R"("method":"shards","shard_size":2)");
  while (text.find(R"("algorithm":"sha256")") != std::string::npos)
    text = changed(text, R"("algorithm":"sha256")", R"("algorithm":"sha256-sharded-2")");
  return changed(
      text, hex_of(testing::sha256_of("one") + testing::sha256_of("two")),
      hex_of(testing::sha256_of("on") + testing::sha256_of("e") + testing::sha256_of("tw") + testing::sha256_of("o")));
}

// As versions 0.3 and 1.0 of its tool write it.
TEST_CASE("a model whose list does not say what was left out leaves out what its tool does") {
  const std::string old = changed(model(), R"(,"ignore_paths":["model.sig",".git"])", "");
  CHECK(told(old, files(), testing::identity_policy()) == "yes");
  const auto manifest = ModelManifest::parse(*attest::Statement::parse(old));
  REQUIRE(manifest);
  CHECK(manifest->ignored == std::set<std::string>{"model.sig", ".git", ".gitattributes", ".github", ".gitignore"});
  const auto none = ModelManifest::parse(*attest::Statement::parse(changed(model(), R"("model.sig",".git")", "")));
  REQUIRE(none);
  CHECK(none->ignored.empty());
}

TEST_CASE("a model that is one file is called by a dot, and nothing is beside it") {
  const std::string list = resource("a/weights", "one") + "," + resource("config.json", "two");
  const std::string root = hex_of(testing::sha256_of("one") + testing::sha256_of("two"));
  const std::string one =
      changed(changed(model(), list, resource(".", "one")), root, hex_of(testing::sha256_of("one")));
  const auto manifest = ModelManifest::parse(*attest::Statement::parse(one));
  REQUIRE(manifest);
  CHECK(manifest->is_file());
  CHECK(claims_model_file(testing::to_json(testing::attested_1(one))));
  CHECK(told(one, {{".", hex_of("one")}}, testing::identity_policy()) == "yes");
  CHECK(told(one, {{".", hex_of("two")}}, testing::identity_policy()) == "file \".\" is not as it was signed");
  CHECK_FALSE(claims_model_file(testing::to_json(testing::attested_1(model()))));
  CHECK_FALSE(claims_model_file("{}"));
  const auto both = ModelManifest::parse(*attest::Statement::parse(changed(model(), R"("a/weights")", R"(".")")));
  REQUIRE_FALSE(both);
  CHECK(both.error().code() == ErrorCode::malformed);
}

TEST_CASE("a model may be signed in shards of its files") {
  const TrustPolicy policy = testing::identity_policy();
  ModelFiles found{{"a/weights:0:2", hex_of("on")},
                   {"a/weights:2:3", hex_of("e")},
                   {"config.json:0:2", hex_of("tw")},
                   {"config.json:2:3", hex_of("o")}};
  const auto manifest = ModelManifest::parse(*attest::Statement::parse(sharded()));
  REQUIRE(manifest);
  CHECK(manifest->shard_bytes == 2);
  CHECK(told(sharded(), found, policy) == "yes");
  found["empty:0:0"] = hex_of("");
  CHECK(told(sharded(), found, policy) == "file \"empty:0:0\" was not signed");
  found.erase("empty:0:0");
  found["config.json:2:3"] = hex_of("x");
  CHECK(told(sharded(), found, policy) == "file \"config.json:2:3\" is not as it was signed");
  const auto parsed = [](const std::string& text) {
    const auto told_of = ModelManifest::parse(*attest::Statement::parse(text));
    return told_of ? "ok" : std::string(to_string(told_of.error().code()));
  };
  CHECK(parsed(changed(sharded(), "a/weights:0:2", "../weights:0:2")) == "malformed");
  CHECK(parsed(changed(sharded(), "a/weights:0:2", "weights")) == "malformed");
  CHECK(parsed(changed(sharded(), "a/weights:0:2", ":0:2")) == "malformed");
  CHECK(parsed(changed(sharded(), "sha256-sharded-2", "sha256-sharded-3")) == "unsupported");
  CHECK(parsed(changed(sharded(), R"("shard_size":2)", R"("shard_size":0)")) == "malformed");
}

// As version 0.2 of model signing lists them: as subjects.
std::string first_form(const std::string& type, const std::string& algorithm, const std::string& end) {
  const auto subject = [&](const std::string& name, const std::string& content) {
    return R"({"name":")" + name + end + R"(","digest":{"sha256":")" + hex_of(content) +
           R"("},"annotations":{"actual_hash_algorithm":")" + algorithm + R"("}})";
  };
  return R"({"_type":"https://in-toto.io/Statement/v1","subject":[)" + subject("a/weights", "one") + "," +
         subject("config.json", "two") + R"(],"predicateType":"https://model_signing/)" + type +
         R"(","predicate":{"unused":"Unused, just passed due to API requirements"}})";
}

TEST_CASE("a model of version 0.2 is its subjects, files or shards") {
  const TrustPolicy policy = testing::identity_policy();
  const std::string whole = first_form("Digests/v0.1", "file-sha256", "");
  CHECK(told(whole, files(), policy) == "yes");
  ModelFiles found = files();
  found["evil.py"] = hex_of("evil");
  CHECK(told(whole, found, policy) == "file \"evil.py\" was not signed");
  found.erase("evil.py");
  found.erase("config.json");
  CHECK(told(whole, found, policy) == "file \"config.json\" was signed and is missing");
  const ModelFiles shards{{"a/weights:0:3", hex_of("one")}, {"config.json:0:3", hex_of("two")}};
  CHECK(told(first_form("ShardDigests/v0.1", "file-sha256-1000000", ":0:3"), shards, policy) == "yes");
  CHECK(told(first_form("ShardDigests/v0.1", "file-sha256", ":0:3"), shards, policy).find("file-sha256-BYTES") !=
        std::string::npos);
  CHECK(told(first_form("Digests/v0.1", "file-blake2b", ""), files(), policy).find("hash other than file-sha256") !=
        std::string::npos);
}

}  // namespace
}  // namespace supply::verify
