#include "tools/supply/signing.hpp"

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/sign/signer_kind.hpp"
#include "libsupply/trust/sigstore/keyless_signer.hpp"
#include "libsupply/trust/sigstore/services.hpp"
#include "libsupply/trust/sigstore/token_provider.hpp"
#include "tools/common/command.hpp"
#include "tools/common/image.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/trusted_root.hpp"
#include "tools/supply/signer_context.hpp"
#include "tools/supply/signing_addresses.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

std::optional<std::string> small_file(const std::string& path) {
  const Result<std::string> text = io::read_file(path, kMaxIdentityTokenBytes);
  return text ? std::optional(*text) : std::nullopt;
}

class Session : public Signing {
 public:
  explicit Session(const Common& common) : offline_(common.offline) {}

  Status open(const SigningOptions& options, const Common& common, Console& console) {
    const bool by_identity = options.key.empty();
    if (!by_identity && !options.identity_token.empty())
      return usage("--key and --identity-token: want one, since a key signs or an identity");
    if (!by_identity && !options.names_services() && options.tlog_upload == true)
      return usage("--tlog-upload: say to which log: --rekor-url URL, or a --signing-config with rekorTlogUrls");
    SUPPLY_TRY(client_, make_client(common));
    SUPPLY_TRY(context_, signer_context(common, *client_));
    service_client_.emplace(*client_, clock_, context_.deadline);
    if (by_identity || options.names_services()) SUPPLY_TRY(open_services(options, common, console));
    return by_identity ? open_identity(options) : open_key(options.key);
  }

  const sign::Signer& signer() const override { return *signer_; }
  const sign::SigningServices* services() const override { return services_ ? &*services_ : nullptr; }

  void tell(Console& console) const override {
    const Result<sign::VerificationMaterial> material = signer_->material();
    if (!material || material->certificates.empty()) return;
    const Result<crypto::Certificate> leaf = crypto::Certificate::from_der(material->certificates.front());
    const Result<attest::CertificateIdentity> identity =
        leaf ? root::certificate_identity(*leaf) : Result<attest::CertificateIdentity>(leaf.error());
    if (identity) console.note("signed as " + identity->name + " of issuer " + identity->issuer);
  }

 private:
  Status open_services(const SigningOptions& options, const Common& common, Console& console) {
    SUPPLY_TRY(sigstore::ServiceAddresses addresses, signing_addresses(options, now()));
    const bool none = addresses.logs.empty() && addresses.timestamp_authorities.empty();
    if (none && !options.key.empty()) return {};  // the key signs alone
    SUPPLY_TRY(ChosenTrustedRoot chosen, trusted_root_for(options.trusted_root, common, console));
    trusted_ = std::move(chosen.root);
    scts_ = options.ignore_sct ? sigstore::CheckScts::no : sigstore::CheckScts::yes;
    services_.emplace(*service_client_, std::move(addresses), *trusted_, scts_);
    return {};
  }

  Status open_key(const std::string& name) {
    SUPPLY_TRY(check_is_place(name));
    sign::SignerContext context = context_;
    context.clock = &clock_;
    // cosign verifies keys without a log by SHA-256 only; logs want the hash that belongs to the key.
    if (services_ && !services_->addresses().logs.empty()) context.scheme = sign::SchemeChoice::of_key;
    SUPPLY_TRY(signer_, sign::open_signer(name, context).at("--key " + quote(shown_key(name))));
    return {};
  }

  Result<sigstore::IdentityToken> token_of(const SigningOptions& options) const {
    if (options.identity_token.empty()) {
      if (offline_) return Error(ErrorCode::unsupported, "signing by an identity asks services: not with --offline");
      return sigstore::ambient_token({context_.environment, *service_client_, small_file, process::run});
    }
    std::string text = options.identity_token;
    if (!sigstore::may_be_token(text)) {
      // Who has it may use it: it is not shown, whatever was typed around it.
      if (sigstore::holds_token(text) && !io::exists(text))
        return usage(
            "--identity-token: neither a file nor a token: a token is three parts with dots between them, "
            "without quotes and without \"Bearer\"");
      SUPPLY_TRY(text, read_option_file("--identity-token", options.identity_token, kMaxIdentityTokenBytes));
    }
    Result<sigstore::IdentityToken> token = sigstore::IdentityToken::parse(text);
    if (!token) return usage("--identity-token: " + token.error().message());
    return token;
  }

  Status open_identity(const SigningOptions& options) {
    SUPPLY_TRY(sigstore::IdentityToken token, token_of(options));
    SUPPLY_TRY(token.check(now(), sigstore::kSigstoreAudience));
    signer_ = std::make_unique<sigstore::KeylessSigner>(
        *service_client_, std::move(token), *trusted_,
        sigstore::KeylessOptions{services_->addresses().certificate_authority, scts_, now});
    return {};
  }

  bool offline_;
  http::Clock clock_;
  std::unique_ptr<http::Client> client_;
  sign::SignerContext context_;
  std::optional<sigstore::ServiceClient> service_client_;
  std::optional<root::TrustedRoot> trusted_;
  sigstore::CheckScts scts_ = sigstore::CheckScts::yes;
  std::optional<sigstore::Services> services_;
  std::unique_ptr<sign::Signer> signer_;  // last: it refers to what is above
};

}  // namespace

Result<std::unique_ptr<Signing>> Signing::open(const SigningOptions& options, const Common& common, Console& console) {
  auto session = std::make_unique<Session>(common);
  SUPPLY_TRY(session->open(options, common, console));
  return std::unique_ptr<Signing>(std::move(session));
}

}  // namespace supply::tools
