// A key in Google Cloud KMS: gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K[/cryptoKeyVersions/V], as for
// cosign (also .../versions/V); without a version the newest one that is enabled. Credentials: an access token in
// CLOUDSDK_AUTH_ACCESS_TOKEN or GOOGLE_OAUTH_ACCESS_TOKEN, else the file that GOOGLE_APPLICATION_CREDENTIALS names,
// else gcloud's application default credentials (a service account, or a user). Source: Cloud KMS REST reference, v1;
// RFC 7523.
#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/base64url.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/sign/internal/key_service.hpp"
#include "libsupply/trust/sign/internal/remote_key.hpp"

namespace supply::sign::signers {
namespace {

using crypto::SignatureScheme;
using internal::variable;

constexpr std::string_view kScheme = "gcpkms://";
constexpr const char* kOrigin = "https://cloudkms.googleapis.com/";

struct Algorithm {
  std::string_view name;
  SignatureScheme scheme;
};
constexpr Algorithm kAlgorithms[] = {
    {"EC_SIGN_P256_SHA256", SignatureScheme::ecdsa_sha256},
    {"EC_SIGN_P384_SHA384", SignatureScheme::ecdsa_sha384},
    {"EC_SIGN_ED25519", SignatureScheme::ed25519},
    {"RSA_SIGN_PKCS1_2048_SHA256", SignatureScheme::rsa_pkcs1_sha256},
    {"RSA_SIGN_PKCS1_3072_SHA256", SignatureScheme::rsa_pkcs1_sha256},
    {"RSA_SIGN_PKCS1_4096_SHA256", SignatureScheme::rsa_pkcs1_sha256},
    {"RSA_SIGN_PKCS1_4096_SHA512", SignatureScheme::rsa_pkcs1_sha512},
};

// What proves who we are to Cloud KMS.
class Access {
 public:
  explicit Access(const SignerContext& context) : context_(context) {}

  Result<std::string> token() const {
    for (const char* name : {"CLOUDSDK_AUTH_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN"})
      if (std::string given = variable(context_, name); !given.empty()) return given;
    std::string path = variable(context_, "GOOGLE_APPLICATION_CREDENTIALS");
    if (path.empty() && !variable(context_, "HOME").empty())
      path = variable(context_, "HOME") + "/.config/gcloud/application_default_credentials.json";
    const Result<std::string> text = io::read_file(path, kMaxCredentialFileBytes);
    if (!text)
      return Error(ErrorCode::unauthenticated,
                   "Google Cloud KMS: no credentials (set GOOGLE_APPLICATION_CREDENTIALS or "
                   "CLOUDSDK_AUTH_ACCESS_TOKEN; a machine's "
                   "own account is not asked)");
    const Result<json::Value> file = json::parse(*text);
    if (!file) return Error(ErrorCode::usage, "Google's credentials: " + quote(path) + " is no JSON");
    SUPPLY_TRY(const std::string type, json::string_or_empty(*file, "type").at("Google's credentials"));
    if (type == "service_account") return of_service_account(*file);
    if (type == "authorized_user") return of_user(*file);
    return Error(ErrorCode::unsupported,
                 "Google's credentials: of type " + quote(type) + "; want service_account or authorized_user");
  }

 private:
  // A token that the account signs itself, for this service alone.
  Result<std::string> of_service_account(const json::Value& file) const {
    SUPPLY_TRY(const std::string mail, json::require_string(file, "client_email").at("Google's credentials"));
    SUPPLY_TRY(const std::string id, json::require_string(file, "private_key_id").at("Google's credentials"));
    SUPPLY_TRY(const std::string pem, json::require_string(file, "private_key").at("Google's credentials"));
    SUPPLY_TRY(const crypto::PrivateKey key, crypto::PrivateKey::from_pem(pem, {}).at("Google's credentials"));
    if (key.type() != crypto::KeyType::rsa) return Error(ErrorCode::usage, "Google's credentials: want an RSA key");
    const std::int64_t now = internal::time_of(context_).time_since_epoch().count();
    const std::string head = json::to_text({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", id}});
    const std::string claims =
        json::to_text({{"iss", mail}, {"sub", mail}, {"aud", kOrigin}, {"iat", now}, {"exp", now + 600}});
    const std::string input = to_base64url(head) + '.' + to_base64url(claims);
    SUPPLY_TRY(const std::string signature, key.sign(input));
    return input + '.' + to_base64url(signature);
  }

  Result<std::string> of_user(const json::Value& file) const {
    std::string form = "grant_type=refresh_token";
    internal::KeyService service("Google's token service", context_);
    for (const char* name : {"client_id", "client_secret", "refresh_token"}) {
      SUPPLY_TRY(const std::string value, json::require_string(file, name).at("Google's credentials"));
      form += '&' + std::string(name) + '=' + http::percent_encode(value);
      service.add_secret(value);
    }
    return service.access_token(*http::Url::parse("https://oauth2.googleapis.com/token"), std::move(form));
  }

  SignerContext context_;
};

class CloudKey : public internal::RemoteKey {
 public:
  CloudKey(std::string name, http::Url base, const SignerContext& context)
      : name_(std::move(name)), base_(std::move(base)), access_(context), service_("Google Cloud KMS", context) {}

  Result<internal::RemotePublicKey> public_key() const override {
    SUPPLY_TRY(token_, access_.token());
    service_.add_secret(token_);
    SUPPLY_TRY(version_, version());
    SUPPLY_TRY(const json::Value answer, ask("GET", version_ + "/publicKey", {}));
    SUPPLY_TRY(const std::string pem, json::require_string(answer, "pem").at("Google Cloud KMS"));
    SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_pem(pem).at("Google Cloud KMS: public key"));
    SUPPLY_TRY(const std::string algorithm, json::require_string(answer, "algorithm").at("Google Cloud KMS"));
    for (const Algorithm& known : kAlgorithms)
      if (known.name == algorithm) return internal::RemotePublicKey{std::move(key), {known.scheme}};
    return Error(ErrorCode::unsupported,
                 "Google Cloud KMS: the key signs as " + quote(algorithm) + ", which Supply does not write");
  }

  Result<std::string> sign(SignatureScheme scheme, const std::string& input) const override {
    json::Value body;
    if (scheme == SignatureScheme::ed25519) body["data"] = to_base64(input);
    else body["digest"][std::string(to_string(crypto::hash_of(scheme)))] = to_base64(input);
    SUPPLY_TRY(const json::Value answer, ask("POST", version_ + ":asymmetricSign", json::to_text(body)));
    SUPPLY_TRY(const std::string text, json::require_string(answer, "signature").at("Google Cloud KMS"));
    return from_base64(text).at("Google Cloud KMS: signature");
  }

 private:
  // "…/cryptoKeyVersions/7": the one that was named, else the newest that is enabled.
  Result<std::string> version() const {
    if (name_.find("/cryptoKeyVersions/") != std::string::npos) return name_;
    std::uint64_t newest = 0;
    std::string found, page;
    for (int pages = 0; pages < 100; ++pages) {
      SUPPLY_TRY(
          const json::Value answer,
          ask("GET", name_ + "/cryptoKeyVersions?filter=state%3DENABLED" + (page.empty() ? "" : "&pageToken=" + page),
              {}));
      SUPPLY_TRY(const json::Value* const list, json::optional_array(answer, "cryptoKeyVersions"));
      for (const json::Value& each : list == nullptr ? json::Value::array() : *list) {
        SUPPLY_TRY(const std::string name, json::require_string(each, "name").at("Google Cloud KMS"));
        SUPPLY_TRY(const std::string state, json::string_or_empty(each, "state").at("Google Cloud KMS"));
        const std::string_view digits = std::string_view(name).substr(name.rfind('/') + 1);
        std::uint64_t number = 0;
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (failed != std::errc() || end != digits.data() + digits.size() ||
            name != name_ + "/cryptoKeyVersions/" + std::string(digits))
          return Error(ErrorCode::malformed, "Google Cloud KMS: a version of another name: " + quote(name));
        if (state == "ENABLED" && number > newest) {
          newest = number;
          found = name;
        }
      }
      SUPPLY_TRY(const std::string next, json::string_or_empty(answer, "nextPageToken").at("Google Cloud KMS"));
      if (next.empty()) {
        if (found.empty())
          return Error(ErrorCode::not_found, "Google Cloud KMS: the key has no version that is enabled");
        return found;
      }
      page = http::percent_encode(next);
    }
    return Error(ErrorCode::limit_exceeded, "Google Cloud KMS: the list of the key's versions does not end");
  }

  Result<json::Value> ask(const std::string& method, const std::string& path, std::string body) const {
    return service_.ask(method, base_.to_string() + "v1/" + path, token_, std::move(body));
  }

  std::string name_;
  http::Url base_;
  Access access_;
  mutable internal::KeyService service_;
  mutable std::string token_, version_;  // that public_key() found; sign() comes after it
};

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  const std::string rest = name.substr(kScheme.size());
  static constexpr std::string_view kParts[] = {"projects", "locations", "keyRings", "cryptoKeys", "cryptoKeyVersions"};
  const std::vector<std::string_view> parts = split(rest, '/');
  const Error wrong(ErrorCode::usage,
                    "want gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K[/cryptoKeyVersions/V]");
  if (parts.size() != 8 && parts.size() != 10) return wrong;
  std::string path;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i] != kParts[i / 2] && !(i == 8 && parts[i] == "versions")) return wrong;
    if (parts[i + 1].empty()) return wrong;
    for (const char c : parts[i + 1])
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
          std::string_view("-_.:").find(c) == std::string_view::npos)
        return wrong;
    path += (path.empty() ? "" : "/") + std::string(kParts[i / 2]) + '/' + std::string(parts[i + 1]);
  }
  std::string endpoint = variable(context, "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS");
  if (endpoint.empty()) endpoint = kOrigin;
  if (!endpoint.ends_with('/')) endpoint += '/';
  SUPPLY_TRY(http::Url base, internal::service_url(endpoint, "endpoint of Google Cloud KMS"));
  return internal::remote_signer(std::make_unique<CloudKey>(std::move(path), std::move(base), context), context.scheme);
}

}  // namespace

const SignerKind& gcpkms() {
  static const SignerKind kind = {kScheme, "gcpkms://projects/...", open};
  return kind;
}

}  // namespace supply::sign::signers
