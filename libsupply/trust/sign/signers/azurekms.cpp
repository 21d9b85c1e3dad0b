// A key in Azure Key Vault: azurekms://VAULT.vault.azure.net/KEY[/VERSION], as for cosign. AZURE_TENANT_ID and
// AZURE_CLIENT_ID say who asks, AZURE_CLIENT_SECRET or the token in AZURE_FEDERATED_TOKEN_FILE proves it;
// AZURE_AUTHORITY_HOST as its SDKs have it. Source: Key Vault REST API 7.4, GetKey and Sign; Microsoft identity
// platform, client credentials flow; RFC 7518.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/key_parts.hpp"
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

constexpr std::string_view kScheme = "azurekms://";
constexpr const char* kApi = "?api-version=7.4";

struct Curve {
  std::string_view name;
  std::size_t bytes;
  SignatureScheme scheme;
  crypto::KeyType type;
};
constexpr Curve kCurves[] = {
    {"P-256", 32, SignatureScheme::ecdsa_sha256, crypto::KeyType::ecdsa_p256},
    {"P-384", 48, SignatureScheme::ecdsa_sha384, crypto::KeyType::ecdsa_p384},
    {"P-521", 66, SignatureScheme::ecdsa_sha512, crypto::KeyType::ecdsa_p521},
};

// A JWK as Key Vault has it.
Result<internal::RemotePublicKey> key_of(const json::Value& jwk) {
  const auto bytes_in = [&](std::string_view name) -> Result<std::string> {
    SUPPLY_TRY(const std::string text, json::require_string(jwk, name));
    return from_base64(text).at("member " + quote(name));
  };
  SUPPLY_TRY(std::string type, json::require_string(jwk, "kty"));
  if (type.ends_with("-HSM")) type.resize(type.size() - 4);
  if (type == "EC") {
    SUPPLY_TRY(const std::string name, json::require_string(jwk, "crv"));
    const auto curve =
        std::find_if(std::begin(kCurves), std::end(kCurves), [&](const Curve& each) { return each.name == name; });
    if (curve == std::end(kCurves)) return Error(ErrorCode::unsupported, "a key on the curve " + quote(name));
    SUPPLY_TRY(std::string x, bytes_in("x"));
    SUPPLY_TRY(std::string y, bytes_in("y"));
    if (x.size() > curve->bytes || y.size() > curve->bytes)
      return Error(ErrorCode::malformed, "a point larger than its curve");
    x.insert(0, curve->bytes - x.size(), '\0');
    y.insert(0, curve->bytes - y.size(), '\0');
    SUPPLY_TRY(crypto::PublicKey key, crypto::public_key_of_point(curve->type, '\x04' + x + y));
    return internal::RemotePublicKey{std::move(key), {curve->scheme}};
  }
  if (type != "RSA") return Error(ErrorCode::unsupported, "a key of type " + quote(type));
  SUPPLY_TRY(const std::string n, bytes_in("n"));
  SUPPLY_TRY(const std::string e, bytes_in("e"));
  SUPPLY_TRY(crypto::PublicKey key, crypto::public_key_of_rsa(n, e));
  return internal::RemotePublicKey{
      std::move(key),
      {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384, SignatureScheme::rsa_pkcs1_sha512}};
}

std::string_view algorithm_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha256: return "ES256";
    case SignatureScheme::ecdsa_sha384: return "ES384";
    case SignatureScheme::ecdsa_sha512: return "ES512";
    case SignatureScheme::rsa_pkcs1_sha384: return "RS384";
    case SignatureScheme::rsa_pkcs1_sha512: return "RS512";
    default: return "RS256";
  }
}

class VaultKey : public internal::RemoteKey {
 public:
  VaultKey(http::Url vault, std::string key, std::string version, const SignerContext& context)
      : vault_(std::move(vault)),
        key_(std::move(key)),
        version_(std::move(version)),
        context_(context),
        service_("Azure Key Vault", context) {}

  Result<internal::RemotePublicKey> public_key() const override {
    SUPPLY_TRY(token_, token());
    service_.add_secret(token_);
    SUPPLY_TRY(const json::Value answer, ask("GET", "keys/" + key_ + (version_.empty() ? "" : '/' + version_), {}));
    SUPPLY_TRY(const json::Value* const jwk, json::optional_object(answer, "key"));
    if (jwk == nullptr) return Error(ErrorCode::malformed, "Azure Key Vault: no member \"key\"");
    SUPPLY_TRY(const std::string id, json::require_string(*jwk, "kid").at("Azure Key Vault"));
    // The version that was described is the one that signs.
    const std::size_t at = id.find("/keys/" + key_ + '/');
    if (at == std::string::npos)
      return Error(ErrorCode::malformed, "Azure Key Vault: kid " + quote(id) + " is of another key");
    version_ = id.substr(at + 7 + key_.size());
    return key_of(*jwk).at("Azure Key Vault");
  }

  Result<std::string> sign(SignatureScheme scheme, const std::string& hash) const override {
    const json::Value body{{"alg", algorithm_of(scheme)}, {"value", to_base64url(hash)}};
    SUPPLY_TRY(const json::Value answer,
               ask("POST", "keys/" + key_ + '/' + http::percent_encode(version_) + "/sign", json::to_text(body)));
    SUPPLY_TRY(const std::string text, json::require_string(answer, "value").at("Azure Key Vault"));
    SUPPLY_TRY(std::string signature, from_base64(text).at("Azure Key Vault: signature"));
    return algorithm_of(scheme).starts_with("ES") ? crypto::ecdsa_der_of(signature).at("Azure Key Vault")
                                                  : Result<std::string>(std::move(signature));
  }

 private:
  // Of the identity platform, for Key Vault; it goes to the vault alone.
  Result<std::string> token() const {
    const std::string tenant = variable(context_, "AZURE_TENANT_ID"), client = variable(context_, "AZURE_CLIENT_ID");
    const std::string secret = variable(context_, "AZURE_CLIENT_SECRET"),
                      file = variable(context_, "AZURE_FEDERATED_TOKEN_FILE");
    if (tenant.empty() || client.empty() || (secret.empty() && file.empty()))
      return Error(ErrorCode::unauthenticated,
                   "Azure Key Vault: no credentials (set AZURE_TENANT_ID, AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or "
                   "AZURE_FEDERATED_TOKEN_FILE; a machine's own identity is not asked)");
    std::string host = variable(context_, "AZURE_AUTHORITY_HOST");
    if (host.empty()) host = "https://login.microsoftonline.com/";
    if (!host.ends_with('/')) host += '/';
    SUPPLY_TRY(http::Url url, internal::service_url(host + http::percent_encode(tenant) + "/oauth2/v2.0/token",
                                                    "AZURE_AUTHORITY_HOST"));
    internal::KeyService service("Microsoft's token service", context_);
    std::string form = "grant_type=client_credentials&client_id=" + http::percent_encode(client) +
                       "&scope=" + http::percent_encode("https://vault.azure.net/.default");
    if (!secret.empty()) {
      service.add_secret(secret);
      form += "&client_secret=" + http::percent_encode(secret);
    } else {
      const Result<std::string> assertion = io::read_file(file, kMaxCredentialFileBytes);
      if (!assertion) return Error(ErrorCode::usage, "AZURE_FEDERATED_TOKEN_FILE: " + assertion.error().message());
      service.add_secret(std::string(trim(*assertion)));
      form +=
          "&client_assertion_type=" + http::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
          "&client_assertion=" + http::percent_encode(trim(*assertion));
    }
    return service.access_token(std::move(url), std::move(form));
  }

  Result<json::Value> ask(const std::string& method, const std::string& path, std::string body) const {
    return service_.ask(method, vault_.to_string() + path + kApi, token_, std::move(body));
  }

  http::Url vault_;
  std::string key_;
  mutable std::string version_;
  SignerContext context_;
  mutable internal::KeyService service_;
  mutable std::string token_;  // that public_key() got; sign() comes after it
};

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  const std::string rest = name.substr(kScheme.size());
  const std::vector<std::string_view> parts = split(rest, '/');
  const Error wrong(ErrorCode::usage, "want azurekms://VAULT.vault.azure.net/KEY[/VERSION]");
  if (parts.size() != 2 && parts.size() != 3) return wrong;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].empty()) return wrong;
    for (const char c : parts[i])
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') return wrong;
  }
  SUPPLY_TRY(http::Url vault, internal::service_url(internal::host_url(parts[0]) + '/', "vault"));
  // The token is for Azure's vaults: nobody else is shown it.
  static constexpr std::string_view kVaults[] = {".vault.azure.net", ".managedhsm.azure.net", ".vault.azure.cn",
                                                 ".vault.usgovcloudapi.net"};
  const bool known = std::any_of(std::begin(kVaults), std::end(kVaults),
                                 [&](std::string_view end) { return vault.origin().host.ends_with(end); });
  if (!known && !vault.origin().is_loopback())
    return Error(ErrorCode::usage, quote(parts[0]) + " is no vault of Azure's: want VAULT.vault.azure.net");
  return internal::remote_signer(
      std::make_unique<VaultKey>(std::move(vault), std::string(parts[1]),
                                 parts.size() == 3 ? std::string(parts[2]) : std::string(), context),
      context.scheme);
}

}  // namespace

const SignerKind& azurekms() {
  static const SignerKind kind = {kScheme, "azurekms://VAULT.vault.azure.net/KEY", open};
  return kind;
}

}  // namespace supply::sign::signers
