// Keys in services, against fakes that are as strict as the services' documents. No network.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hmac.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/sign/internal/aws_signature.hpp"
#include "libsupply/trust/sign/signer_kind.hpp"

using namespace supply;
using supply::testing::code_of;
using supply::testing::HttpReply;
using supply::testing::HttpRequest;
using Json = nlohmann::json;

namespace {

constexpr const char* kSecret = "s3cret-t0ken";
const std::string kMessage = "what is signed";

// What a service does with the key that it keeps.
struct Kept {
  crypto::PrivateKey key;
  bool wrong = false;  // it signs something else

  explicit Kept(crypto::KeyType type) : key(*crypto::PrivateKey::generate(type, 2048)) {}
  std::string sign(crypto::SignatureScheme scheme, const std::string& input) const {
    const std::string other = wrong ? std::string(input.size(), 'x') : input;
    const auto made =
        key.type() == crypto::KeyType::ed25519 ? key.sign_as(scheme, other) : key.sign_hash_as(scheme, other);
    if (!made) throw std::runtime_error(made.error().message());
    return *made;
  }
};

struct World {
  supply::testing::FakeClient client;
  supply::testing::FakeClock clock;
  http::Environment environment;
  bool plain_http = false;

  sign::SignerContext context() {
    sign::SignerContext made;
    made.plain_http = plain_http;
    made.environment = environment;
    made.client = &client;
    made.clock = &clock;
    made.now = [] { return *parse_rfc3339("2026-11-29T06:00:00Z"); };
    return made;
  }
  Result<sign::MadeSignature> sign(const std::string& name) {
    SUPPLY_TRY(const std::unique_ptr<sign::Signer> signer, sign::open_signer(name, context()));
    return signer->sign(sign::SigningInput::of_message(kMessage));
  }
};

HttpReply reply(const Json& body, int status = 200) {
  return {status, {{"Content-Type", "application/json"}}, body.dump()};
}

// No message of a failure shows what nobody may see.
template <class T>
ErrorCode code_without_secret(const Result<T>& result) {
  CHECK(result.error().message().find(kSecret) == std::string::npos);
  return code_of(result);
}

struct Vault : World {
  Kept kept;
  int status = 200;
  explicit Vault(crypto::KeyType type = crypto::KeyType::ecdsa_p256) : kept(type) {
    environment = {{"VAULT_ADDR", "https://vault.example:8200"}, {"VAULT_TOKEN", kSecret}};
    client.hosts["https://vault.example:8200"] = [this](const HttpRequest& request) { return answer(request); };
  }
  HttpReply answer(const HttpRequest& request) {
    if (status != 200) return reply({{"errors", {"busy with " + std::string(kSecret)}}}, status);
    if (request.header("X-Vault-Token") != kSecret) return reply({{"errors", {"permission denied"}}}, 403);
    if (request.target == "/v1/transit/keys/release") {
      const std::string der = kept.key.public_key().to_der();
      const std::string text = kept.key.type() == crypto::KeyType::ed25519 ? to_base64(der.substr(der.size() - 32))
                                                                           : kept.key.public_key().to_pem();
      return reply(
          {{"data",
            {{"latest_version", 3}, {"keys", {{"2", {{"public_key", text}}}, {"3", {{"public_key", text}}}}}}}});
    }
    if (request.target != "/v1/transit/sign/release" || request.method != "POST")
      return reply({{"errors", Json::array()}}, 404);
    const Json body = Json::parse(request.body);
    const std::string input = *from_base64(body["input"].get<std::string>());
    const bool hashed = kept.key.type() != crypto::KeyType::ed25519;
    if (hashed != body.value("prehashed", false)) return reply({{"errors", {"wants the other"}}}, 400);
    const auto scheme = kept.key.type() == crypto::KeyType::rsa ? crypto::SignatureScheme::rsa_pkcs1_sha256
                        : hashed                                ? crypto::SignatureScheme::ecdsa_sha256
                                                                : crypto::SignatureScheme::ed25519;
    return reply({{"data",
                   {{"signature", "vault:v" + std::to_string(body["key_version"].get<int>()) + ':' +
                                      to_base64(kept.sign(scheme, input))}}}});
  }
};

}  // namespace

TEST_CASE("Vault's transit engine signs with each type of key that it has") {
  for (const auto type : {crypto::KeyType::ecdsa_p256, crypto::KeyType::ed25519, crypto::KeyType::rsa}) {
    Vault vault(type);
    const auto made = vault.sign("hashivault://release");
    REQUIRE(made);
    CHECK(made->material.key.fingerprint() == vault.kept.key.public_key().fingerprint());
    CHECK(made->material.key.verify(kMessage, made->signature));
    CHECK(vault.sign("hashivault://release?version=2"));
    CHECK(code_of(vault.sign("hashivault://release?version=7")) == ErrorCode::not_found);
  }
}

TEST_CASE("what Vault signs is checked before it is used") {
  Vault vault;
  vault.kept.wrong = true;
  CHECK(code_without_secret(vault.sign("hashivault://release")) == ErrorCode::mismatch);
}

TEST_CASE("Vault's failures are told apart, and none shows the token") {
  Vault vault;
  for (const auto& [status, code] : {std::pair(401, ErrorCode::unauthenticated), std::pair(403, ErrorCode::forbidden),
                                     std::pair(404, ErrorCode::not_found), std::pair(429, ErrorCode::rate_limited),
                                     std::pair(503, ErrorCode::unavailable), std::pair(400, ErrorCode::unsupported)}) {
    vault.status = status;
    vault.clock.sleeps = 0;
    CHECK(code_without_secret(vault.sign("hashivault://release")) == code);
    CHECK(vault.clock.sleeps == (status == 429 || status == 503 ? 2 : 0));
  }
  vault.status = 200;
  vault.client.hosts["https://vault.example:8200"] = [](const HttpRequest&) { return HttpReply{200, {}, "no JSON"}; };
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::malformed);
  vault.client.hosts["https://vault.example:8200"] = [](const HttpRequest&) {
    return HttpReply{200, {}, '"' + std::string(kMaxKeyServiceAnswerBytes, 'x')};
  };
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::limit_exceeded);
  vault.client.hosts["https://vault.example:8200"] = [](const HttpRequest&) {
    return HttpReply{307, {{"Location", "https://evil.example/"}}, ""};
  };
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::unsupported);
  for (const auto& request : vault.client.requests) CHECK(request.host == "https://vault.example:8200");
  vault.environment.erase("VAULT_TOKEN");
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::unauthenticated);
  vault.environment["VAULT_TOKEN"] = kSecret;
  vault.environment["VAULT_ADDR"] = "http://vault.example:8200";
  vault.client.requests.clear();
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::usage);
  CHECK(vault.client.requests.empty());
  vault.plain_http = true;
  vault.client.hosts["http://vault.example:8200"] = [&vault](const HttpRequest& request) {
    vault.status = 200;
    return vault.answer(request);
  };
  CHECK(vault.sign("hashivault://release"));
  vault.environment.erase("VAULT_ADDR");
  CHECK(code_of(vault.sign("hashivault://release")) == ErrorCode::usage);
  for (const char* name : {"hashivault://", "hashivault://a/b", "hashivault://..", "hashivault://a?version=0",
                           "hashivault://a?x=1", "vault://a"})
    CHECK(code_of(vault.sign(name)) == ErrorCode::usage);
}

TEST_CASE("a keyed hash is that of RFC 4231") {
  CHECK(to_hex(crypto::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(
      to_hex(crypto::hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// AWS's published test suite for Signature Version 4: get-vanilla, post-vanilla, and post-x-www-form-urlencoded.
TEST_CASE("requests to AWS are signed as its published vectors are") {
  const sign::internal::AwsCredentials credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  const auto signature = [&](sign::internal::AwsRequest request) {
    const std::string value =
        sign::internal::aws_authorization(request, credentials, "20150830T123600Z", "us-east-1", "service");
    CHECK(value.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="));
    return value.substr(value.rfind('=') + 1);
  };
  const std::pair<std::string, std::string> host{"host", "example.amazonaws.com"},
      date{"x-amz-date", "20150830T123600Z"};
  CHECK(signature({.method = "GET", .headers = {host, date}}) ==
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(signature({.headers = {host, date}}) == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  CHECK(signature({.body = "Param1=value1",
                   .headers = {{"content-type", "application/x-www-form-urlencoded"}, host, date}}) ==
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
  CHECK(sign::internal::aws_date(*parse_rfc3339("2015-08-30T12:36:00Z")) == "20150830T123600Z");
}

namespace {

struct Aws : World {
  Kept kept;
  explicit Aws(crypto::KeyType type) : kept(type) {
    environment = {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", kSecret}, {"AWS_REGION", "eu-central-1"}};
    client.hosts["https://kms.eu-central-1.amazonaws.com"] = [this](const HttpRequest& request) {
      return answer(request);
    };
  }
  HttpReply answer(const HttpRequest& request) {
    sign::internal::AwsRequest wanted{.body = request.body,
                                      .headers = {{"content-type", request.header("Content-Type")},
                                                  {"host", "kms.eu-central-1.amazonaws.com"},
                                                  {"x-amz-date", "20261129T060000Z"}}};
    if (const std::string token = request.header("X-Amz-Security-Token"); !token.empty())
      wanted.headers.emplace_back("x-amz-security-token", token);
    const std::string target = request.header("X-Amz-Target");
    wanted.headers.emplace_back("x-amz-target", target);
    if (request.header("Authorization") !=
        sign::internal::aws_authorization(wanted, {"AKID", kSecret, ""}, "20261129T060000Z", "eu-central-1", "kms"))
      return reply({{"__type", "InvalidSignatureException"}, {"message", "not " + std::string(kSecret)}}, 400);
    const Json body = Json::parse(request.body);
    if (body["KeyId"] != "alias/release")
      return reply({{"__type", "NotFoundException"}, {"message", "no such key"}}, 400);
    const std::string algorithm =
        kept.key.type() == crypto::KeyType::ecdsa_p384 ? "ECDSA_SHA_384" : "RSASSA_PKCS1_V1_5_SHA_256";
    if (target == "TrentService.GetPublicKey")
      return reply({{"PublicKey", to_base64(kept.key.public_key().to_der())},
                    {"KeyUsage", "SIGN_VERIFY"},
                    {"SigningAlgorithms", {"RSASSA_PSS_SHA_256", algorithm}}});
    if (target != "TrentService.Sign" || body["SigningAlgorithm"] != algorithm || body["MessageType"] != "DIGEST")
      return reply(Json::object(), 400);
    const auto scheme = algorithm == "ECDSA_SHA_384" ? crypto::SignatureScheme::ecdsa_sha384
                                                     : crypto::SignatureScheme::rsa_pkcs1_sha256;
    return reply({{"Signature", to_base64(kept.sign(scheme, *from_base64(body["Message"].get<std::string>())))}});
  }
};

}  // namespace

TEST_CASE("AWS KMS signs by the algorithm that the key has, for requests that are signed themselves") {
  for (const auto type : {crypto::KeyType::ecdsa_p384, crypto::KeyType::rsa}) {
    Aws aws(type);
    const auto made = aws.sign("awskms:///alias/release");
    REQUIRE(made);
    CHECK(made->material.key.verify(kMessage, made->signature));
    CHECK(code_without_secret(aws.sign("awskms:///alias/other")) == ErrorCode::unsupported);
    aws.environment["AWS_SESSION_TOKEN"] = "of a session";
    CHECK(aws.sign("awskms:///alias/release"));
    aws.environment["AWS_SECRET_ACCESS_KEY"] = "another";
    CHECK(code_of(aws.sign("awskms:///alias/release")) == ErrorCode::unsupported);
    aws.environment["AWS_SECRET_ACCESS_KEY"] = kSecret;
    aws.kept.wrong = true;
    CHECK(code_without_secret(aws.sign("awskms:///alias/release")) == ErrorCode::mismatch);
  }
}

TEST_CASE("AWS KMS: credentials and region from the shared files, and what cannot be a key") {
  Aws aws(crypto::KeyType::rsa);
  const testing::TempDirectory home;
  std::filesystem::create_directory(home / ".aws");
  testing::write(home / ".aws/credentials",
                 "[other]\naws_access_key_id = x\n[work]\n# comment\naws_access_key_id = AKID\naws_secret_access_key=" +
                     std::string(kSecret) + "\n");
  testing::write(home / ".aws/config", "[profile work]\nregion = eu-central-1\n");
  aws.environment = {{"HOME", home.path().string()}, {"AWS_PROFILE", "work"}};
  CHECK(aws.sign("awskms:///alias/release"));
  aws.environment["AWS_PROFILE"] = "none";
  CHECK(code_of(aws.sign("awskms:///alias/release")) == ErrorCode::usage);  // no region
  aws.environment["AWS_REGION"] = "eu-central-1";
  CHECK(code_of(aws.sign("awskms:///alias/release")) == ErrorCode::unauthenticated);
  testing::write(home / ".aws/credentials", std::string(kMaxCredentialFileBytes + 1, ' '));
  CHECK(code_of(aws.sign("awskms:///alias/release")) == ErrorCode::unauthenticated);
  for (const char* name : {"awskms://", "awskms:///", "awskms:///arn:aws:s3:::x", "awskms:///a?b"})
    CHECK(code_of(aws.sign(name)) == ErrorCode::usage);
  aws.environment["AWS_ENDPOINT_URL"] = "http://kms.example";
  CHECK(code_of(aws.sign("awskms:///alias/release")) == ErrorCode::usage);
}

TEST_CASE("Google Cloud KMS signs with the newest version that is enabled") {
  World world;
  Kept kept(crypto::KeyType::ecdsa_p256);
  const std::string key = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
  world.client.hosts["https://cloudkms.googleapis.com"] = [&](const HttpRequest& request) {
    if (request.header("Authorization") != "Bearer " + std::string(kSecret))
      return reply({{"error", {{"code", 401}, {"message", "who is that?"}}}}, 401);
    if (request.target == "/v1/" + key + "/cryptoKeyVersions?filter=state%3DENABLED")
      return reply({{"cryptoKeyVersions",
                     {{{"name", key + "/cryptoKeyVersions/2"}, {"state", "ENABLED"}},
                      {{"name", key + "/cryptoKeyVersions/10"}, {"state", "ENABLED"}}}}});
    if (request.target == "/v1/" + key + "/cryptoKeyVersions/10/publicKey")
      return reply({{"pem", kept.key.public_key().to_pem()}, {"algorithm", "EC_SIGN_P256_SHA256"}});
    if (request.target != "/v1/" + key + "/cryptoKeyVersions/10:asymmetricSign")
      return reply({{"error", {{"message", "not found"}}}}, 404);
    const Json body = Json::parse(request.body);
    return reply({{"signature", to_base64(kept.sign(crypto::SignatureScheme::ecdsa_sha256,
                                                    *from_base64(body["digest"]["sha256"].get<std::string>())))}});
  };
  CHECK(code_of(world.sign("gcpkms://" + key)) == ErrorCode::unauthenticated);
  world.environment["CLOUDSDK_AUTH_ACCESS_TOKEN"] = kSecret;
  const auto made = world.sign("gcpkms://" + key);
  REQUIRE(made);
  CHECK(made->material.key.verify(kMessage, made->signature));
  CHECK(world.sign("gcpkms://" + key + "/versions/10"));
  CHECK(code_without_secret(world.sign("gcpkms://" + key + "/cryptoKeyVersions/2")) == ErrorCode::not_found);
  kept.wrong = true;
  CHECK(code_of(world.sign("gcpkms://" + key)) == ErrorCode::mismatch);
  for (const char* name :
       {"gcpkms://", "gcpkms://projects/p", "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/../x",
        "gcpkms://a/p/locations/l/keyRings/r/cryptoKeys/k"})
    CHECK(code_of(world.sign(name)) == ErrorCode::usage);
}

TEST_CASE("Google: a service account signs its own token, for this service alone") {
  World world;
  const testing::TempDirectory directory;
  if (!testing::needs("openssl")) return;
  REQUIRE(std::system(("openssl genrsa -out " + (directory / "k").string() + " 2048 2>/dev/null").c_str()) == 0);
  const auto key = *crypto::PrivateKey::from_pem(testing::read(directory / "k"), {});
  testing::write(directory / "account.json", Json({{"type", "service_account"},
                                                   {"client_email", "me@example.org"},
                                                   {"private_key_id", "1"},
                                                   {"private_key", testing::read(directory / "k")}})
                                                 .dump());
  world.environment["GOOGLE_APPLICATION_CREDENTIALS"] = (directory / "account.json").string();
  std::string token;
  world.client.hosts["https://cloudkms.googleapis.com"] = [&](const HttpRequest& request) {
    token = request.header("Authorization").substr(7);
    return reply(Json::object(), 403);
  };
  CHECK(code_of(world.sign("gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1")) ==
        ErrorCode::forbidden);
  const std::size_t dot = token.rfind('.');
  CHECK(key.public_key().verify(token.substr(0, dot), *from_base64(token.substr(dot + 1))));
  const Json claims = Json::parse(*from_base64(token.substr(token.find('.') + 1, dot - token.find('.') - 1)));
  CHECK(claims["aud"] == "https://cloudkms.googleapis.com/");
  CHECK(claims["exp"].get<std::int64_t>() - claims["iat"].get<std::int64_t>() == 600);
}

TEST_CASE("Azure Key Vault signs with the version that it described; the token is for vaults alone") {
  World world;
  Kept kept(crypto::KeyType::ecdsa_p256);
  world.environment = {
      {"AZURE_TENANT_ID", "tenant"}, {"AZURE_CLIENT_ID", "client"}, {"AZURE_CLIENT_SECRET", "pass word"}};
  world.client.hosts["https://login.microsoftonline.com"] = [&](const HttpRequest& request) {
    const bool good = request.target == "/tenant/oauth2/v2.0/token" &&
                      request.body.find("client_secret=pass%20word") != std::string::npos;
    return good ? reply({{"access_token", kSecret}}) : reply({{"error_description", "no"}}, 401);
  };
  world.client.hosts["https://mine.vault.azure.net"] = [&](const HttpRequest& request) {
    if (request.header("Authorization") != "Bearer " + std::string(kSecret)) return reply(Json::object(), 401);
    const std::string point = kept.key.public_key().to_der().substr(27);
    if (request.target == "/keys/release?api-version=7.4")
      return reply({{"key",
                     {{"kid", "https://mine.vault.azure.net/keys/release/v1"},
                      {"kty", "EC-HSM"},
                      {"crv", "P-256"},
                      {"x", to_base64(point.substr(0, 32))},
                      {"y", to_base64(point.substr(32))}}}});
    if (request.target != "/keys/release/v1/sign?api-version=7.4") return reply(Json::object(), 404);
    const Json body = Json::parse(request.body);
    if (body["alg"] != "ES256") return reply(Json::object(), 400);
    const std::string der =
        kept.sign(crypto::SignatureScheme::ecdsa_sha256, *from_base64(body["value"].get<std::string>()));
    // The two halves of 32 bytes, out of the DER.
    std::string halves;
    for (std::size_t at = 2; at < der.size();) {
      std::string number = der.substr(at + 2, static_cast<unsigned char>(der[at + 1]));
      at += 2 + number.size();
      if (number.size() > 32) number.erase(0, number.size() - 32);
      halves += std::string(32 - number.size(), '\0') + number;
    }
    return reply({{"value", to_base64(halves)}});
  };
  const auto made = world.sign("azurekms://mine.vault.azure.net/release");
  REQUIRE(made);
  CHECK(made->material.key.verify(kMessage, made->signature));
  kept.wrong = true;
  CHECK(code_without_secret(world.sign("azurekms://mine.vault.azure.net/release")) == ErrorCode::mismatch);
  CHECK(code_of(world.sign("azurekms://vault.azure.net.evil.example/release")) == ErrorCode::usage);
  for (const char* name : {"azurekms://", "azurekms://mine.vault.azure.net", "azurekms://mine.vault.azure.net/a/b/c",
                           "azurekms://mine.vault.azure.net/a..b"})
    CHECK(code_of(world.sign(name)) == ErrorCode::usage);
  world.environment["AZURE_CLIENT_SECRET"] = "wrong";
  CHECK(code_of(world.sign("azurekms://mine.vault.azure.net/release")) == ErrorCode::unauthenticated);
  world.environment.erase("AZURE_CLIENT_SECRET");
  CHECK(code_of(world.sign("azurekms://mine.vault.azure.net/release")) == ErrorCode::unauthenticated);
}

TEST_CASE("without a network no service is asked") {
  World world;
  world.environment = {{"VAULT_ADDR", "https://vault.example"}, {"VAULT_TOKEN", kSecret}};
  sign::SignerContext context = world.context();
  context.client = nullptr;
  const auto signer = sign::open_signer("hashivault://release", context);
  REQUIRE(signer);
  CHECK(code_of((*signer)->material()) == ErrorCode::unsupported);
}
