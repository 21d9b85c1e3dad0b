// A key in the transit engine of HashiCorp Vault or OpenBao: hashivault://KEY, of a certain version
// hashivault://KEY?version=N. VAULT_ADDR, VAULT_TOKEN (else ~/.vault-token), VAULT_NAMESPACE and
// TRANSIT_SECRET_ENGINE_PATH say where, as for cosign. Source: Vault documentation, "Transit secrets engine (API)".
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/key_parts.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/sign/internal/key_service.hpp"
#include "libsupply/trust/sign/internal/remote_key.hpp"

namespace supply::sign::signers {
namespace {

using crypto::SignatureScheme;

constexpr std::string_view kScheme = "hashivault://";

struct KeyName {
  std::string key;
  std::uint64_t version = 0;  // 0: the newest
};

Result<KeyName> parse_name(const std::string& name) {
  KeyName parsed;
  std::string_view rest = std::string_view(name).substr(kScheme.size());
  const std::size_t query = rest.find('?');
  parsed.key = rest.substr(0, query);
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  if (parsed.key.empty() || parsed.key.size() > 256 || !std::all_of(parsed.key.begin(), parsed.key.end(), plain) ||
      parsed.key.front() == '.')
    return Error(ErrorCode::usage, "want hashivault://KEY: letters, digits, -, _ and .");
  if (query == std::string_view::npos) return parsed;
  rest.remove_prefix(query + 1);
  const bool known = rest.starts_with("version=");
  if (known) rest.remove_prefix(8);
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), parsed.version);
  if (!known || failed != std::errc() || end != rest.data() + rest.size() || parsed.version == 0)
    return Error(ErrorCode::usage, "want ?version=NUMBER after the key's name, and nothing else");
  return parsed;
}

std::string_view hash_name(SignatureScheme scheme) {
  const crypto::HashAlgorithm hash = crypto::hash_of(scheme);
  return hash == crypto::HashAlgorithm::sha384   ? "sha2-384"
         : hash == crypto::HashAlgorithm::sha512 ? "sha2-512"
                                                 : "sha2-256";
}

class VaultKey : public internal::RemoteKey {
 public:
  VaultKey(KeyName name, http::Url base, std::string token, const SignerContext& context)
      : name_(std::move(name)),
        base_(std::move(base)),
        token_(std::move(token)),
        name_space_(internal::variable(context, "VAULT_NAMESPACE")),
        service_("Vault", context) {
    service_.add_secret(token_);
  }

  Result<internal::RemotePublicKey> public_key() const override {
    SUPPLY_TRY(const json::Value answer, ask("GET", "keys/" + name_.key, {}));
    SUPPLY_TRY(const json::Value* const data, json::optional_object(answer, "data"));
    if (data == nullptr) return Error(ErrorCode::malformed, "Vault: no member \"data\"");
    version_ = name_.version;
    if (version_ == 0) {
      SUPPLY_TRY(const std::int64_t latest, json::require_integer(*data, "latest_version").at("Vault"));
      version_ = static_cast<std::uint64_t>(latest);
    }
    SUPPLY_TRY(const json::Value* const keys, json::optional_object(*data, "keys"));
    const json::Value* const held = keys == nullptr ? nullptr : json::find(*keys, std::to_string(version_));
    if (held == nullptr)
      return Error(ErrorCode::not_found, "Vault: the key has no version " + std::to_string(version_));
    if (!held->is_object()) return Error(ErrorCode::unsupported, "Vault: the key is symmetric, and signs nothing");
    SUPPLY_TRY(const std::string text, json::require_string(*held, "public_key").at("Vault"));
    if (text.starts_with("-----BEGIN")) {
      SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_pem(text).at("Vault"));
      return internal::RemotePublicKey{std::move(key)};
    }
    SUPPLY_TRY(const std::string raw, from_base64(text).at("Vault: public key"));
    SUPPLY_TRY(crypto::PublicKey key, crypto::public_key_of_point(crypto::KeyType::ed25519, raw).at("Vault"));
    return internal::RemotePublicKey{std::move(key), {SignatureScheme::ed25519}};
  }

  Result<std::string> sign(SignatureScheme scheme, const std::string& input) const override {
    nlohmann::json body{{"input", to_base64(input)}, {"key_version", version_}};
    if (scheme != SignatureScheme::ed25519) {
      body["prehashed"] = true;
      body["hash_algorithm"] = hash_name(scheme);
      body["marshaling_algorithm"] = "asn1";
      body["signature_algorithm"] = "pkcs1v15";
    }
    SUPPLY_TRY(const json::Value answer, ask("POST", "sign/" + name_.key, json::to_text(body)));
    SUPPLY_TRY(const json::Value* const data, json::optional_object(answer, "data"));
    if (data == nullptr) return Error(ErrorCode::malformed, "Vault: no member \"data\"");
    SUPPLY_TRY(const std::string text, json::require_string(*data, "signature").at("Vault"));
    const std::string head = "vault:v" + std::to_string(version_) + ':';
    if (!text.starts_with(head))
      return Error(ErrorCode::malformed, "Vault: signature " + quote(text) + ": want " + head + "...");
    return from_base64(text.substr(head.size())).at("Vault: signature");
  }

 private:
  Result<json::Value> ask(const std::string& method, const std::string& path, std::string body) const {
    SUPPLY_TRY(http::Url url, http::Url::parse(base_.to_string() + path));
    http::Request request{.method = method, .url = std::move(url), .body = std::move(body)};
    request.headers.add("X-Vault-Token", token_);
    request.headers.add("X-Vault-Request", "true");
    if (!name_space_.empty()) request.headers.add("X-Vault-Namespace", name_space_);
    if (method == "POST") request.headers.add("Content-Type", "application/json");
    return service_.send(std::move(request));
  }

  KeyName name_;
  http::Url base_;
  std::string token_, name_space_;
  internal::KeyService service_;
  mutable std::uint64_t version_ = 0;  // that public_key() gave; sign() comes after it
};

Result<std::string> token_of(const SignerContext& context) {
  if (std::string token = internal::variable(context, "VAULT_TOKEN"); !token.empty()) return token;
  const std::string home = internal::variable(context, "HOME");
  if (!home.empty())
    if (const Result<std::string> text = io::read_file(home + "/.vault-token", kMaxCredentialFileBytes); text)
      if (const std::string token(trim(*text)); !token.empty()) return token;
  return Error(ErrorCode::unauthenticated, "Vault: no token (set VAULT_TOKEN, or log in: ~/.vault-token)");
}

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  SUPPLY_TRY(KeyName key, parse_name(name));
  const std::string address = internal::variable(context, "VAULT_ADDR");
  if (address.empty()) return Error(ErrorCode::usage, "set VAULT_ADDR to the address of Vault or OpenBao");
  std::string path = internal::variable(context, "TRANSIT_SECRET_ENGINE_PATH");
  if (path.empty()) path = "transit";
  while (path.ends_with('/')) path.pop_back();
  SUPPLY_TRY(
      http::Url base,
      internal::service_url(address + (address.ends_with('/') ? "" : "/") + "v1/" + path + '/', "VAULT_ADDR",
                            context.plain_http ? internal::PlainHttp::allowed : internal::PlainHttp::loopback_only));
  SUPPLY_TRY(std::string token, token_of(context));
  return internal::remote_signer(std::make_unique<VaultKey>(std::move(key), std::move(base), std::move(token), context),
                                 context.scheme);
}

}  // namespace

const SignerKind& hashivault() {
  static const SignerKind kind = {kScheme, "hashivault://KEY", open};
  return kind;
}

}  // namespace supply::sign::signers
