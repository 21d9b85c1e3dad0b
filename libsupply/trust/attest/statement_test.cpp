#include "libsupply/trust/attest/statement.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"

namespace supply::attest {
namespace {

const std::string kHex = "59aa4b66a66d25b6772ee8c14bcbe6b43eba651b58a31f8a8060c7c196dc9ce5";

ErrorCode code(const std::string& json) {
  Result<Statement> statement = Statement::parse(json);
  REQUIRE_FALSE(statement);
  return statement.error().code();
}

std::string with_subjects(const std::string& subjects) {
  return R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subjects + R"(,"predicateType":"t"})";
}

TEST_CASE("a statement keeps its predicate as it stands") {
  const std::string predicate = "{ \"n\" : 9007199254740993,\"s\":\"a\\u0062 }]\\\\\", \"x\":[{},[1.0e1,null]] }";
  Result<Statement> statement =
      Statement::parse("\n{\"other\": {\"predicate\":{}}, \"t\":true,\"predic\\u0061te\" :  " + predicate +
                       " ,\"_type\":\"https://in-toto.io/Statement/v0.1\",\"subject\":[{\"digest\":{\"sha256\":\"" +
                       kHex + "\",\"md5\":\"x\"},\"annotations\":{\"a\":\"b\",\"n\":1}}],\"predicateType\":\"t\"}\n");
  REQUIRE(statement);
  CHECK(statement->predicate == predicate);
  CHECK(statement->predicate_type == "t");
  REQUIRE(statement->subjects.size() == 1);
  CHECK(statement->subjects[0].annotations == std::map<std::string, std::string>{{"a", "b"}});
  CHECK(statement->subject(*Digest::parse("sha256:" + kHex)) == &statement->subjects[0]);
}

TEST_CASE("a statement without a predicate is one") {
  Result<Statement> statement = Statement::parse(with_subjects(R"([{"digest":{"sha256":"00"}}])"));
  REQUIRE(statement);
  CHECK(statement->predicate.empty());
}

// cosign 1 and 2, `attest --type spdx`: the predicate of a tag-value document is its text.
TEST_CASE("a predicate may be a text") {
  Result<Statement> statement = Statement::parse(
      R"({"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","subject":)"
      R"([{"digest":{"sha256":"00"}}],"predicate":"SPDXVersion: SPDX-2.3\n"})");
  REQUIRE(statement);
  CHECK(statement->predicate == R"("SPDXVersion: SPDX-2.3\n")");
}

TEST_CASE("a subject matches by sha256 or sha512 alone, wherever it stands") {
  const std::string sha512(128, 'a');
  Result<Statement> statement =
      Statement::parse(with_subjects(R"([{"name":"x","digest":{"sha256":"00"}},{"name":"y","digest":{"blake3":")" +
                                     kHex + R"(","sha512":")" + sha512 + R"("}}])"));
  REQUIRE(statement);
  REQUIRE(statement->subject(*Digest::parse("sha512:" + sha512)) != nullptr);
  CHECK(statement->subject(*Digest::parse("sha512:" + sha512))->name == "y");
  CHECK(statement->subject(*Digest::parse("sha256:" + kHex)) == nullptr);
  CHECK(statement->subject(*Digest::parse("blake3:" + kHex)) == nullptr);
}

TEST_CASE("what is no statement is malformed") {
  const std::string subject = R"([{"digest":{"sha256":"00"}}])";
  CHECK(code("") == ErrorCode::malformed);
  CHECK(code("1") == ErrorCode::malformed);
  CHECK(code(R"({"subject":)" + subject + R"(,"predicateType":"t"})") == ErrorCode::malformed);
  CHECK(code(R"({"_type":"https://in-toto.io/Statement/v2","subject":)" + subject + R"(,"predicateType":"t"})") ==
        ErrorCode::malformed);
  CHECK(code(R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subject + "}") == ErrorCode::malformed);
  CHECK(code(R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subject + R"(,"predicateType":""})") ==
        ErrorCode::malformed);
  for (const char* predicate : {"[]", "1", "true"})
    CHECK(code(R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subject +
               R"(,"predicateType":"t","predicate":)" + predicate + "}") == ErrorCode::malformed);
  CHECK(code(R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subject +
             R"(,"predicateType":"t","predicate":{"a":1,"a":2}})") == ErrorCode::malformed);
  CHECK(code(R"({"_type":"https://in-toto.io/Statement/v1","subject":)" + subject + R"(,"subject":)" + subject +
             R"(,"predicateType":"t"})") == ErrorCode::malformed);
  for (const char* subjects : {"[]", "{}", "[{}]", R"([{"digest":{}}])", R"([{"digest":{"sha256":1}}])", "[1]",
                               R"([{"digest":{"sha256":"00"},"name":1}])"}) {
    INFO(subjects);
    CHECK(code(with_subjects(subjects)) == ErrorCode::malformed);
  }
}

TEST_CASE("subjects and digests have limits") {
  const auto repeated = [](std::size_t count, auto make) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + make(i);
    return text;
  };
  const auto subjects = [&](std::size_t count) {
    return with_subjects(
        '[' + repeated(count, [](std::size_t) { return std::string(R"({"digest":{"sha256":"00"}})"); }) + ']');
  };
  const auto digests = [&](std::size_t count) {
    return with_subjects(R"([{"digest":{)" +
                         repeated(count, [](std::size_t i) { return "\"a" + std::to_string(i) + "\":\"00\""; }) +
                         "}}]");
  };
  CHECK(Statement::parse(subjects(kMaxSubjects)));
  CHECK(code(subjects(kMaxSubjects + 1)) == ErrorCode::limit_exceeded);
  CHECK(Statement::parse(digests(kMaxSubjectDigests)));
  CHECK(code(digests(kMaxSubjectDigests + 1)) == ErrorCode::limit_exceeded);
}

TEST_CASE("a made statement holds the predicate byte for byte and reads back") {
  const std::string predicate = "{ \"b\": 9007199254740993,\n  \"a\": \"\\u00e9\" }";
  Result<std::string> text =
      make_statement({"registry/repo", {{"sha256", kHex}}, {}}, "https://example.org/t", "\n" + predicate + "\n");
  REQUIRE(text);
  CHECK(*text ==
        R"({"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"registry/repo","digest":{"sha256":")" +
            kHex + R"("}}],"predicateType":"https://example.org/t","predicate":)" + predicate + "}");
  CHECK(Statement::parse(*text)->predicate == predicate);
  text = make_statement({"", {{"sha256", kHex}}, {{"release", "1.0"}}}, kCosignSignType, "{}");
  REQUIRE(text);
  CHECK(*text == R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":")" + kHex +
                     R"("},"annotations":{"release":"1.0"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1",)" +
                     R"("predicate":{}})");
}

TEST_CASE("only the text of a JSON object can be a predicate") {
  const Subject subject{"x", {{"sha256", kHex}}, {}};
  for (const char* predicate :
       {"", "[]", "1", "{", "{}{}", "{\"a\":1,\"a\":2}", "SPDXVersion: SPDX-2.3", "{\"a\":\"\xff\"}"}) {
    INFO(predicate);
    Result<std::string> text = make_statement(subject, "t", predicate);
    REQUIRE_FALSE(text);
    CHECK(text.error().code() == ErrorCode::malformed);
  }
  // What can be made can be read.
  const auto nested = [](std::size_t depth) {
    std::string json(depth - 1, '[');
    return "{\"a\":" + json + std::string(depth - 1, ']') + "}";
  };
  Result<std::string> deepest = make_statement(subject, "t", nested(kMaxJsonDepth - 1));
  REQUIRE(deepest);
  CHECK(Statement::parse(*deepest));
  CHECK(make_statement(subject, "t", nested(kMaxJsonDepth)).error().code() == ErrorCode::limit_exceeded);
  CHECK_FALSE(make_statement({"x", {}, {}}, "t", "{}"));
}

}  // namespace
}  // namespace supply::attest
