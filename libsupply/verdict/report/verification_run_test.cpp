#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/testing/attested.hpp"
#include "libsupply/verdict/report/blob_run.hpp"
#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/provenance_run.hpp"

namespace supply::report {
namespace {

using policy::RuleStatus;
using testing::digest_of;

evidence::Question question() { return {.image = "app.bin", .keys = {"a.pub", "b.pub"}}; }

attest::SignerIdentity signer() { return {"a.pub", std::string(64, 'a'), "ecdsa-sha256"}; }

provenance_check::JudgedStatement statement(bool good) {
  provenance_check::JudgedStatement one;
  one.evidence = digest_of('e').to_string();
  one.signer = signer();
  one.judgement.claims.emplace();
  one.judgement.claims->builder_id = "https://ci.example/b";
  one.judgement.level = 2;
  one.judgement.checks = {{provenance::Check::predicate, true},
                          {provenance::Check::builder_id, good, "https://ci.example/c", "https://ci.example/b"}};
  return one;
}

provenance_check::ArtifactAnswer answer(std::vector<provenance_check::SubjectAnswer> subjects) {
  return {"app@" + digest_of('1').to_string(), digest_of('1'), std::move(subjects)};
}

std::vector<std::string> rules_of(const JudgedSubject& subject) {
  std::vector<std::string> all;
  for (const Finding& one : subject.rules.at(0).findings) all.push_back(rule_and_kind(one));
  return all;
}

TEST_CASE("a file that is signed as asked is allowed, with who signed it and what other claims lack") {
  const JudgedSubject subject =
      subject_of(question(), BlobClaim::attestation,
                 ProvenBlob{signer(), digest_of('e').to_string(), digest_of('1'), "https://t", {"another: by no key"}});
  CHECK(subject.kind == SubjectKind::file);
  CHECK(subject.name == "app.bin");
  CHECK(subject.verdict == gate::Verdict::allow);
  const Finding& finding = subject.rules.at(0).findings.at(0);
  CHECK(finding.rule == "attestations");
  CHECK(finding.expected == "attested by a.pub or b.pub");
  CHECK(finding.found == "attested by a.pub, of type https://t");
  REQUIRE(subject.notes.size() == 1);
  CHECK(subject.notes[0].kind == "refused");
}

TEST_CASE("a mismatch denies a file, and every other reason leaves it undecided") {
  const JudgedSubject no =
      subject_of(question(), BlobClaim::signature, Error(ErrorCode::mismatch, "signature is not by key \"a.pub\""));
  CHECK(no.verdict == gate::Verdict::deny);
  CHECK_FALSE(no.error);
  CHECK(no.rules.at(0).findings.at(0).found == "signature is not by key \"a.pub\"");
  for (const ErrorCode code : {ErrorCode::not_found, ErrorCode::malformed, ErrorCode::unavailable}) {
    const JudgedSubject unknown = subject_of(question(), BlobClaim::signature, Error(code, "why"));
    CHECK(unknown.verdict == gate::Verdict::undecided);
    CHECK(unknown.error);
  }
}

TEST_CASE("provenance as expected is allowed, and what fails first of another is its finding's kind") {
  const provenance_check::Request request;
  const JudgedSubject yes = subject_of("app", SubjectKind::image, request,
                                       answer({{"linux/amd64", digest_of('2').to_string(), {statement(true)}}}));
  CHECK(yes.verdict == gate::Verdict::allow);
  CHECK(yes.digest == digest_of('1'));
  REQUIRE(yes.platforms.size() == 1);
  CHECK(yes.rules.at(0).findings.at(0).found.starts_with("provenance by a.pub: SLSA build level 2"));

  const JudgedSubject no =
      subject_of("app", SubjectKind::image, request, answer({{"", digest_of('2').to_string(), {statement(false)}}}));
  CHECK(no.verdict == gate::Verdict::deny);
  CHECK(no.platforms.empty());
  CHECK(rules_of(no) == std::vector<std::string>{"provenance/builder-id"});
  CHECK(no.rules.at(0).findings.at(0).expected == "https://ci.example/c");
}

TEST_CASE("an image without provenance is denied, and one whose evidence was not read is undecided") {
  const provenance_check::Request request;
  provenance_check::SubjectAnswer none{"linux/amd64", digest_of('2').to_string()};
  none.unsigned_claims = 2;
  const JudgedSubject no = subject_of("app", SubjectKind::image, request, answer({none}));
  CHECK(no.verdict == gate::Verdict::deny);
  CHECK(rules_of(no) == std::vector<std::string>{"provenance/missing"});
  CHECK(no.notes.at(0).kind == "unsignedClaims");

  provenance_check::SubjectAnswer open = none;
  open.statements = {statement(false)};
  open.refused = {{"attestation 1", "its log entry is not there", ErrorCode::unavailable}};
  // Another platform's no is none while this one is not known.
  const JudgedSubject unknown = subject_of("app", SubjectKind::image, request, answer({none, open}));
  CHECK(unknown.verdict == gate::Verdict::undecided);
  CHECK(unknown.rules.at(0).status == RuleStatus::undecided);
  const auto sarif = nlohmann::json::parse(
      (*find_format("sarif"))
          ->write(Run{.verb = "verify-provenance", .subjects = {unknown}, .verdict = unknown.verdict}, {}));
  for (const auto& result : sarif["runs"][0]["results"]) CHECK(result["kind"] == "open");
}

TEST_CASE("what was expected of provenance is asked in the words of the flags") {
  provenance_check::Request request;
  request.expected.sources = {*provenance::source_pattern("git.example/app"),
                              *provenance::source_pattern("git.example/b")};
  request.expected.level = 3;
  request.expected.inputs = {{"k", "v"}};
  request.package = provenance_check::NpmPackage{"left-pad", ""};
  std::string all;
  for (const Asked& one : asked_of(request)) all += one.what + "=" + one.text + ";";
  CHECK(all == "source=https://git.example/app or https://git.example/b;input=k=v;level=3;package=left-pad;");
}

}  // namespace
}  // namespace supply::report
