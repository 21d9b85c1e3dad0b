// The services that a signature is sent to, and the check that what they answered holds. Any thread.
#pragma once

#include "libsupply/trust/sign/signing_services.hpp"
#include "libsupply/trust/sigstore/certificate_client.hpp"
#include "libsupply/trust/sigstore/signing_config.hpp"

namespace supply::sigstore {

struct LogAddress {
  std::string url;
  std::uint64_t version = 1;  ///< of Rekor: 1 or 2
};

struct ServiceAddresses {
  std::string certificate_authority;  ///< empty: none
  std::vector<LogAddress> logs;
  std::vector<std::string> timestamp_authorities;
};

/// What a signing configuration says for now. Errors: those of select().
Result<ServiceAddresses> addresses_of(const SigningConfig& config, Time now);
/// The public-good instance of the Sigstore community. Source: sigstore/root-signing, signing_config.v0.2.json.
ServiceAddresses public_good_addresses();

class Services : public sign::SigningServices {
 public:
  /// `client` and `trusted` outlive this.
  Services(const ServiceClient& client, ServiceAddresses addresses, const root::TrustedRoot& trusted, CheckScts scts)
      : client_(client), addresses_(std::move(addresses)), trusted_(trusted), scts_(scts) {}

  const ServiceAddresses& addresses() const { return addresses_; }

  Result<sign::Countersignatures> countersign(const sign::MadeSignature& made, const sign::SigningInput& input,
                                              const attest::BundleContent& content) const override;
  bool is_complete(std::string_view bundle, const Digest& subject,
                   const sign::VerificationMaterial& own) const override;
  Status check_first_form() const override;
  bool is_complete_file(std::string_view file, std::string_view payload, const Digest& subject,
                        const sign::VerificationMaterial& own) const override;

 private:
  const ServiceClient& client_;
  ServiceAddresses addresses_;
  const root::TrustedRoot& trusted_;
  CheckScts scts_;
};

}  // namespace supply::sigstore
