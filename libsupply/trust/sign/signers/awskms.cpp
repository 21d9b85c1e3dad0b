// A key in AWS KMS: awskms:///ID, awskms:///alias/NAME, awskms:///ARN, awskms://ENDPOINT/..., as for cosign.
// Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else from the shared
// credentials file; the region from the ARN, AWS_REGION, AWS_DEFAULT_REGION. Source: AWS KMS API reference, Sign and
// GetPublicKey.
#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/sign/internal/aws_signature.hpp"
#include "libsupply/trust/sign/internal/key_service.hpp"
#include "libsupply/trust/sign/internal/remote_key.hpp"

namespace supply::sign::signers {
namespace {

using crypto::SignatureScheme;
using internal::variable;

constexpr std::string_view kScheme = "awskms://";

struct Algorithm {
  std::string_view name;
  SignatureScheme scheme;
};
constexpr Algorithm kAlgorithms[] = {
    {"ECDSA_SHA_256", SignatureScheme::ecdsa_sha256},
    {"ECDSA_SHA_384", SignatureScheme::ecdsa_sha384},
    {"ECDSA_SHA_512", SignatureScheme::ecdsa_sha512},
    {"RSASSA_PKCS1_V1_5_SHA_256", SignatureScheme::rsa_pkcs1_sha256},
    {"RSASSA_PKCS1_V1_5_SHA_384", SignatureScheme::rsa_pkcs1_sha384},
    {"RSASSA_PKCS1_V1_5_SHA_512", SignatureScheme::rsa_pkcs1_sha512},
    {"ED25519_SHA_512", SignatureScheme::ed25519},
};

// A value of a section of ~/.aws/credentials or config, "" when there is none.
std::string ini_value(std::string_view text, const std::string& section, std::string_view wanted) {
  bool inside = false;
  std::string found;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.starts_with('[')) inside = line == '[' + section + ']' || line == "[profile " + section + ']';
    const std::size_t equals = line.find('=');
    if (!inside || equals == std::string_view::npos || line.starts_with('#') || line.starts_with(';')) continue;
    if (trim(line.substr(0, equals)) == wanted) found = std::string(trim(line.substr(equals + 1)));
  }
  return found;
}

struct Files {
  std::string profile, credentials, config;  // the texts; "" where there is no such file
};

Files files_of(const SignerContext& context) {
  Files files;
  files.profile = variable(context, "AWS_PROFILE");
  if (files.profile.empty()) files.profile = "default";
  const std::string home = variable(context, "HOME");
  const auto text = [&](const char* name, const char* usual) {
    std::string path = variable(context, name);
    if (path.empty() && !home.empty()) path = home + usual;
    const Result<std::string> read = io::read_file(path, kMaxCredentialFileBytes);
    return read ? *read : std::string();
  };
  files.credentials = text("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
  files.config = text("AWS_CONFIG_FILE", "/.aws/config");
  return files;
}

Result<internal::AwsCredentials> credentials_of(const SignerContext& context, const Files& files) {
  internal::AwsCredentials credentials{variable(context, "AWS_ACCESS_KEY_ID"),
                                       variable(context, "AWS_SECRET_ACCESS_KEY"),
                                       variable(context, "AWS_SESSION_TOKEN")};
  if (credentials.key_id.empty() || credentials.secret.empty())
    credentials = {ini_value(files.credentials, files.profile, "aws_access_key_id"),
                   ini_value(files.credentials, files.profile, "aws_secret_access_key"),
                   ini_value(files.credentials, files.profile, "aws_session_token")};
  if (credentials.key_id.empty() || credentials.secret.empty())
    return Error(ErrorCode::unauthenticated,
                 "AWS KMS: no credentials (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or have a profile in "
                 "~/.aws/credentials; roles of machines and single sign-on are not asked: export what they give)");
  return credentials;
}

class KmsKey : public internal::RemoteKey {
 public:
  KmsKey(std::string id, http::Url url, std::string region, internal::AwsCredentials credentials,
         const SignerContext& context)
      : id_(std::move(id)),
        url_(std::move(url)),
        region_(std::move(region)),
        credentials_(std::move(credentials)),
        context_(context),
        service_("AWS KMS", context) {
    service_.add_secret(credentials_.secret);
    service_.add_secret(credentials_.session_token);
  }

  Result<internal::RemotePublicKey> public_key() const override {
    SUPPLY_TRY(const json::Value answer, ask("GetPublicKey", {{"KeyId", id_}}));
    SUPPLY_TRY(const std::string usage, json::string_or_empty(answer, "KeyUsage").at("AWS KMS"));
    if (usage != "SIGN_VERIFY")
      return Error(ErrorCode::unsupported, "AWS KMS: the key's usage is " + quote(usage) + ", not SIGN_VERIFY");
    SUPPLY_TRY(const std::string text, json::require_string(answer, "PublicKey").at("AWS KMS"));
    SUPPLY_TRY(const std::string der, from_base64(text).at("AWS KMS: public key"));
    SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_der(der).at("AWS KMS: public key"));
    SUPPLY_TRY(const std::vector<std::string> names, json::string_list(answer, "SigningAlgorithms").at("AWS KMS"));
    internal::RemotePublicKey made{std::move(key), {}};
    for (const std::string& name : names)
      for (const Algorithm& known : kAlgorithms)
        if (known.name == name) made.schemes.push_back(known.scheme);
    if (made.schemes.empty())
      return Error(ErrorCode::unsupported, "AWS KMS: the key makes no signature that Supply writes");
    return made;
  }

  Result<std::string> sign(SignatureScheme scheme, const std::string& input) const override {
    std::string_view algorithm;
    for (const Algorithm& known : kAlgorithms)
      if (known.scheme == scheme) algorithm = known.name;
    SUPPLY_TRY(const json::Value answer,
               ask("Sign", {{"KeyId", id_},
                            {"Message", to_base64(input)},
                            {"MessageType", scheme == SignatureScheme::ed25519 ? "RAW" : "DIGEST"},
                            {"SigningAlgorithm", algorithm}}));
    SUPPLY_TRY(const std::string text, json::require_string(answer, "Signature").at("AWS KMS"));
    return from_base64(text).at("AWS KMS: signature");
  }

 private:
  Result<json::Value> ask(const std::string& operation, const json::Value& body) const {
    http::Request request{.method = "POST", .url = url_, .body = json::to_text(body)};
    const std::string date = internal::aws_date(internal::time_of(context_)), type = "application/x-amz-json-1.1",
                      target = "TrentService." + operation;
    std::string host = url_.origin().to_string();
    host.erase(0, host.find("://") + 3);
    internal::AwsRequest to_sign{.path = url_.target(),
                                 .body = request.body,
                                 .headers = {{"content-type", type}, {"host", host}, {"x-amz-date", date}}};
    if (!credentials_.session_token.empty())
      to_sign.headers.emplace_back("x-amz-security-token", credentials_.session_token);
    to_sign.headers.emplace_back("x-amz-target", target);
    for (const auto& [name, value] : to_sign.headers)
      if (name != "host") request.headers.add(name, value);
    request.headers.add("Authorization", internal::aws_authorization(to_sign, credentials_, date, region_, "kms"));
    return service_.send(std::move(request));
  }

  std::string id_;
  http::Url url_;
  std::string region_;
  internal::AwsCredentials credentials_;
  SignerContext context_;
  internal::KeyService service_;
};

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  const std::string rest = name.substr(kScheme.size());
  const std::size_t slash = rest.find('/');
  if (rest.starts_with("alias/") || rest.starts_with("arn:"))
    return Error(ErrorCode::usage, "want a third slash before what is no endpoint: awskms:///" + rest);
  if (slash == std::string::npos || slash + 1 == rest.size() || rest.find('?') != std::string::npos)
    return Error(ErrorCode::usage, "want awskms://[ENDPOINT]/ID, /alias/NAME or /ARN");
  const std::string id = rest.substr(slash + 1);
  std::string endpoint = rest.substr(0, slash);
  const Files files = files_of(context);
  std::string region;
  if (id.starts_with("arn:")) {  // arn:aws:kms:REGION:ACCOUNT:key/ID
    const std::vector<std::string_view> parts = split(id, ':');
    if (parts.size() < 6 || parts[2] != "kms" || parts[3].empty())
      return Error(ErrorCode::usage, "want arn:aws:kms:REGION:ACCOUNT:key/ID");
    region = parts[3];
  }
  for (const char* each : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (region.empty()) region = variable(context, each);
  if (region.empty()) region = ini_value(files.config, files.profile, "region");
  if (region.empty()) return Error(ErrorCode::usage, "say in which region the key is: AWS_REGION, or by its ARN");
  for (const char c : region)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-')
      return Error(ErrorCode::usage, "region " + quote(region) + ": is none");
  if (!endpoint.empty()) endpoint = internal::host_url(endpoint);
  for (const char* each : {"AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"})
    if (endpoint.empty()) endpoint = variable(context, each);
  if (endpoint.empty())
    endpoint = "https://kms." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  SUPPLY_TRY(http::Url url, internal::service_url(endpoint, "endpoint of AWS KMS"));
  SUPPLY_TRY(internal::AwsCredentials credentials, credentials_of(context, files));
  return internal::remote_signer(
      std::make_unique<KmsKey>(id, std::move(url), std::move(region), std::move(credentials), context), context.scheme);
}

}  // namespace

const SignerKind& awskms() {
  static const SignerKind kind = {kScheme, "awskms://[ENDPOINT]/KEY", open};
  return kind;
}

}  // namespace supply::sign::signers
