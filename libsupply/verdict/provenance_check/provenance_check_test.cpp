#include "libsupply/verdict/provenance_check/provenance_check.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/provenance/cloud_build_keys.hpp"
#include "libsupply/verdict/provenance_check/internal/npm_keys.hpp"

using namespace supply;
using namespace supply::provenance_check;

namespace {

constexpr std::string_view kV1 = "https://slsa.dev/provenance/v1";
const std::string kBytes = "app\n";

struct Keys {
  crypto::PrivateKey good = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  crypto::PrivateKey other = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
};
const Keys& keys() {
  static const Keys made;
  return made;
}

std::string predicate(const std::string& source = "https://github.com/example/app") {
  std::string text = testing::read(testing::testdata("provenance/github-v1.json"));
  for (std::size_t at; (at = text.find("https://github.com/example/app")) != std::string::npos;)
    text.replace(at, 30, "\x01");
  for (std::size_t at; (at = text.find('\x01')) != std::string::npos;) text.replace(at, 1, source);
  return text;
}

std::string envelope(const crypto::PrivateKey& key, const std::string& what, std::string_view type = kV1,
                     const std::string& bytes = kBytes) {
  const std::string statement =
      *attest::make_statement({"app", {{"sha256", std::string(crypto::sha256(bytes).encoded())}}, {}}, type, what);
  const std::string signature = *key.sign(attest::pre_authentication_encoding(attest::kInTotoPayloadType, statement));
  return attest::Envelope{std::string(attest::kInTotoPayloadType), statement, {{"", signature}}}.to_json();
}

ArtifactAnswer asked(const std::string& file, const Request& request) {
  Budget budget;
  const verify::Verifier verifier(std::vector<verify::TrustedKey>{{"good.pub", keys().good.public_key()}});
  return check_file("./app", {std::string_view(kBytes), crypto::sha256(kBytes)}, *read_attestation_file(file), verifier,
                    request, budget);
}
Request of_source(const char* source) {
  Request request;
  request.builders.trusted = {{"**", [](const attest::SignerIdentity&) { return true; }, 2}};
  request.expected.sources = {*provenance::source_pattern(source)};
  return request;
}

}  // namespace

TEST_CASE("every well-signed statement is tried, and one that is as expected is enough") {
  const std::string good = envelope(keys().good, predicate()),
                    elsewhere = envelope(keys().good, predicate("https://github.com/evil/app")),
                    unknown = envelope(keys().other, predicate()),
                    replayed = envelope(keys().good, predicate(), kV1, "other\n"),
                    other_type = envelope(keys().good, "{}", "https://example.com/x");
  const Request request = of_source("github.com/example/app");
  const ArtifactAnswer answer =
      asked(elsewhere + "\n" + unknown + "\n" + replayed + "\n" + other_type + "\n" + good, request);
  CHECK(answer.satisfied());
  REQUIRE(answer.subjects.size() == 1);
  REQUIRE(answer.subjects[0].statements.size() == 2);
  CHECK(answer.subjects[0].statements[0].satisfied());  // the best first
  CHECK(answer.subjects[0].statements[0].judgement.level == 2);
  CHECK(answer.subjects[0].refused.size() == 3);
  // The order of the file changes nothing but the number of each place.
  CHECK(to_json(asked(good + "\n" + elsewhere, request))["subjects"][0]["statements"] ==
        to_json(asked(elsewhere + "\n" + good, request))["subjects"][0]["statements"]);

  for (const std::string& file : {elsewhere, unknown, replayed, other_type}) {
    const ArtifactAnswer no = asked(file, request);
    CHECK_FALSE(no.satisfied());
    CHECK_FALSE(no.undecided());
  }
}

TEST_CASE("what cannot be read, or must be asked of the log, leaves the answer open and is no no") {
  const Request request = of_source("github.com/example/app");
  const std::string old =
      R"({"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AA==","cert":"-----BEGIN"}]})";
  const ArtifactAnswer search = asked(old, request);
  CHECK_FALSE(search.satisfied());
  CHECK(search.undecided()->code() == ErrorCode::unavailable);
  CHECK(to_json(search)["satisfied"].is_null());
  CHECK(asked("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v9+json\"}", request).undecided()->code() ==
        ErrorCode::unsupported);
  CHECK(asked("{}", request).undecided()->code() == ErrorCode::malformed);
  CHECK(asked(old + "\n{}", request).undecided()->code() == ErrorCode::malformed);
  const ArtifactAnswer good = asked(old + "\n{}\n" + envelope(keys().good, predicate()), request);
  CHECK(good.satisfied());
  CHECK_FALSE(good.undecided());
}

TEST_CASE("an envelope in the name of Google Cloud Build that the budget does not pay for leaves the answer open") {
  const oci::Descriptor image{"application/vnd.oci.image.manifest.v1+json", crypto::sha256("the image's manifest"), 20};
  const std::string type(attest::kInTotoPayloadType),
      signature = *keys().good.sign(attest::pre_authentication_encoding(type, "{}")),
      text = attest::Envelope{type, "{}", {{std::string(provenance::kCloudBuildKeys[0].id), signature}}}.to_json();
  const oci::Descriptor blob{"application/vnd.dsse.envelope.v1+json", crypto::sha256(text), text.size()};
  evidence::ImageEvidence attached{image, {{image.digest, std::nullopt, {image}}}, {}, {}};
  attached.attachments[image.digest].evidence.push_back(
      {attachments::AttachmentKind::envelope, image.digest, image, blob, text});
  const auto answer = [&](Budget& budget) {
    return check_image("app", attached, of_source("github.com/example/app"), budget);
  };
  Budget enough, spent(Budget::Amounts{});
  CHECK_FALSE(answer(enough).undecided());
  REQUIRE(answer(spent).undecided());
  CHECK(answer(spent).undecided()->code() == ErrorCode::limit_exceeded);
  CHECK(answer(spent).subjects.at(0).refused.at(0).evidence == blob.digest.to_string());
}

TEST_CASE("an npm package is known by its subject, and needs the registry's own word") {
  attest::Statement statement;
  statement.subjects = {{"pkg:npm/%40scope/name@1.2.3", {{"sha512", "00"}}, {}}};
  CHECK(other_package(statement, {"@scope/name", "1.2.3"}).empty());
  CHECK(other_package(statement, {"", "1.2.3"}).empty());
  CHECK(other_package(statement, {}).empty());
  CHECK(other_package(statement, {"name", ""}) == "it is about package \"@scope/name\"");
  CHECK(other_package(statement, {"@scope/name", "1.2"}) == "it is about version \"1.2.3\" of \"@scope/name\"");
  statement.subjects[0].name = "pkg:npm/@scope/name@1.2.3";
  CHECK(other_package(statement, {"@scope/name", "1.2.3"}).empty());
  for (const char* name :
       {"pkg:npm/name", "npm/name@1", "pkg:npm/name@", "pkg:npm/@1", "pkg:npm/a%2fb@1", "pkg:pypi/name@1", ""}) {
    statement.subjects[0].name = name;
    CHECK_FALSE(other_package(statement, {"name", ""}).empty());
  }
  statement.subjects = {{"pkg:npm/name@1", {{"sha512", "00"}}, {}}, {"pkg:npm/name@1", {{"sha512", "01"}}, {}}};
  CHECK(other_package(statement, {"name", ""}) == "it has more than one subject");

  Request request = of_source("github.com/example/app");
  request.package = NpmPackage{};
  const ArtifactAnswer answer = asked(envelope(keys().good, predicate()), request);
  CHECK_FALSE(answer.satisfied());
  CHECK(answer.subjects[0].unpublished == "the registry's own attestation (publish) is not there");
  CHECK(npm_keys().size() == std::size(kNpmKeys));
  for (const verify::TrustedKey& key : npm_keys()) CHECK(key.name.starts_with("SHA256:"));
}

TEST_CASE("a source is verified by a summary about its commit, by who signs for the verifier and nobody else") {
  const auto built = provenance::read(kV1, predicate());
  REQUIRE(built);
  REQUIRE(built->sources.size() == 1);
  const std::string commit = built->sources[0].commit;
  const auto summary = [&](const crypto::PrivateKey& by, const std::string& of, const std::string& level = "3",
                           const std::string& result = "PASSED") {
    const std::string what =
        R"({"verifier":{"id":"https://forge.example"},"timeVerified":"2026-11-24T11:00:00Z","resourceUri":"git+https://github.com/example/app","policy":{"uri":"https://p.example"},"verificationResult":")" +
        result + R"(","verifiedLevels":["SLSA_SOURCE_LEVEL_)" + level + "\"]}";
    const std::string statement =
        *attest::make_statement({"", {{"gitCommit", of}}, {}}, "https://slsa.dev/verification_summary/v1", what);
    const std::string signature = *by.sign(attest::pre_authentication_encoding(attest::kInTotoPayloadType, statement));
    return attest::Envelope{std::string(attest::kInTotoPayloadType), statement, {{"", signature}}};
  };
  const verify::Verifier forge(std::vector<verify::TrustedKey>{{"forge.pub", keys().other.public_key()}});
  const auto judged = [&](const std::string& summaries, const std::string& verifier = "https://forge.example") {
    Request request = of_source("github.com/example/app");
    request.source.emplace();
    request.source->now = *parse_rfc3339("2026-11-24T12:00:00Z");
    request.source->expected.level = 3;
    request.source->expected.verifiers = {{verifier, [](const attest::SignerIdentity&) { return true; }}};
    Budget budget;
    if (!summaries.empty()) request.source->found = source_summaries(*read_attestation_file(summaries), forge, budget);
    return asked(envelope(keys().good, predicate()), request);
  };
  const std::string good = summary(keys().other, commit).to_json();
  CHECK(judged(good).satisfied());
  CHECK(judged(attest::to_bundle_json("", summary(keys().other, commit))).satisfied());
  CHECK(judged(summary(keys().good, commit).to_json() + "\n" + good).satisfied());
  const std::string none[] = {
      "", summary(keys().good, commit).to_json(), summary(keys().other, std::string(40, 'd')).to_json(),
      summary(keys().other, commit, "2").to_json(), summary(keys().other, commit, "3", "FAILED").to_json()};
  for (const std::string& each : none) {
    const ArtifactAnswer no = judged(each);
    CHECK_FALSE(no.satisfied());
    CHECK_FALSE(no.undecided());
    CHECK_THAT(to_text(no, {}), Catch::Contains("not as expected by good.pub: source "));
    CHECK(to_json(no)["subjects"][0]["statements"][0]["unverifiedSource"].is_string());
  }
  CHECK_FALSE(judged(good, "https://forge.example/x").satisfied());
  // What is not read may be the one that is asked for.
  const ArtifactAnswer open = judged(R"({"mediaType":"application/vnd.dev.sigstore.bundle.v9+json"})");
  CHECK_FALSE(open.satisfied());
  REQUIRE(open.undecided());
  CHECK(open.undecided()->code() == ErrorCode::unsupported);
}

TEST_CASE("the text of an answer says what was found, and what was wanted") {
  const Request request = of_source("github.com/example/app");
  const std::string yes = to_text(asked(envelope(keys().good, predicate()), request), {});
  CHECK(yes.find("provenance by good.pub: SLSA build level 2, builder ") != std::string::npos);
  const std::string no = to_text(asked(envelope(keys().good, predicate("https://github.com/evil/app")), request), {});
  CHECK(no.find("not as expected by good.pub: source: want https://github.com/example/app, found") !=
        std::string::npos);
  CHECK(to_text(asked(envelope(keys().other, predicate()), request), {}).find("refused: attestation 1") !=
        std::string::npos);
}
