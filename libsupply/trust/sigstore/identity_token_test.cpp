#include "libsupply/trust/sigstore/identity_token.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/sigstore_services.hpp"

namespace supply::sigstore {
namespace {

using testing::unsigned_token;

constexpr Time kNow{std::chrono::seconds(1'780'000'000)};

Result<IdentityToken> read(const std::string& claims) { return IdentityToken::parse(unsigned_token(claims)); }

TEST_CASE("a token says whom it names, for whom it is, and until when") {
  const auto token = read(R"({"iss":"https://issuer.test","aud":["a","sigstore"],"sub":"me","exp":1780000060.5,)"
                          R"("email":"me@example.test","email_verified":true})");
  REQUIRE(token);
  CHECK(token->issuer == "https://issuer.test");
  CHECK(token->audience == std::vector<std::string>{"a", "sigstore"});
  CHECK(token->check(kNow, "sigstore"));
  CHECK(*token->proof_subject() == "me@example.test");
  const auto one = read(R"({"iss":"i","aud":"sigstore","sub":"me","exp":1780000060})");
  REQUIRE(one);
  CHECK(one->check(kNow, kSigstoreAudience));
  CHECK(*one->proof_subject() == "me");
  CHECK(IdentityToken::parse(" " + unsigned_token(R"({"iss":"i","sub":"s","exp":1})") + "\n"));
}

TEST_CASE("a token that is over, or for others, is not used") {
  const auto token = read(R"({"iss":"i","aud":"other","sub":"me","exp":1780000000})");
  REQUIRE(token);
  const Status over = token->check(kNow, "other");
  REQUIRE(!over);
  CHECK(over.error().code() == ErrorCode::unauthenticated);
  CHECK(over.error().message().find("expired at 2026") != std::string::npos);
  CHECK(token->check(kNow - std::chrono::seconds(1), "other"));
  const Status others = token->check(kNow - std::chrono::seconds(1), "sigstore");
  REQUIRE(!others);
  CHECK(others.error().message().find("\"other\"") != std::string::npos);
}

TEST_CASE("an address that nobody verified proves nothing") {
  for (const char* const verified : {"false", "null", "\"no\"", "1"}) {
    const auto token =
        read(R"({"iss":"i","aud":"sigstore","sub":"me","exp":1780000060,"email":"a@b","email_verified":)" +
             std::string(verified) + "}");
    REQUIRE(token);
    CHECK(token->proof_subject().error().code() == ErrorCode::unauthenticated);
  }
}

TEST_CASE("what is no token is refused without being quoted") {
  const std::string secret = "very-secret";
  for (const std::string& text :
       {std::string(), secret, secret + "." + secret, secret + "." + secret + "." + secret, ".." + secret,
        secret + ".e30." + secret + ".x", secret + ".e30.", unsigned_token("[]"), unsigned_token("{}"),
        unsigned_token(R"({"iss":"very-secret","sub":"s"})"), unsigned_token(R"({"iss":"i","exp":1})"),
        unsigned_token(R"({"sub":"s","exp":1})"), unsigned_token(R"({"iss":"i","sub":"s","exp":-1})"),
        unsigned_token(R"({"iss":"i","sub":"s","exp":1e300})"),
        unsigned_token(R"({"iss":"i","iss":"j","sub":"s","exp":1})"), unsigned_token(R"({"iss":1,"sub":"s","exp":1})"),
        unsigned_token(R"({"iss":"i","sub":"s","exp":1,"aud":[1]})"), std::string("e30.e3\n0.e30")}) {
    const auto token = IdentityToken::parse(text);
    REQUIRE(!token);
    CHECK(token.error().code() == ErrorCode::malformed);
    CHECK(token.error().message().find(secret) == std::string::npos);
  }
}

TEST_CASE("what a token may be in is told from names of files") {
  const std::string token = unsigned_token(R"({"iss":"i","sub":"s","exp":1})");
  CHECK(may_be_token(token));
  for (const std::string& text :
       {token, '"' + token + '"', "Bearer " + token, token + ".x", to_base64("{ \"alg\""), to_base64("{\n")})
    CHECK(holds_token(text));
  for (const char* text : {"token.txt", "/run/secrets/key", "e.y.z", ""}) {
    CHECK_FALSE(may_be_token(text));
    CHECK_FALSE(holds_token(text));
  }
}

TEST_CASE("a token may be as large as kMaxIdentityTokenBytes, and no larger") {
  const std::string head = unsigned_token(R"({"iss":"i","sub":"s","exp":1})");
  CHECK(IdentityToken::parse(head + std::string(kMaxIdentityTokenBytes - head.size(), 'A')));
  CHECK(IdentityToken::parse(head + std::string(kMaxIdentityTokenBytes - head.size() + 1, 'A')).error().code() ==
        ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace supply::sigstore
