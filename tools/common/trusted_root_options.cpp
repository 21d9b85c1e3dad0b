#include "tools/common/trusted_root_options.hpp"

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

Result<std::vector<crypto::Certificate>> certificates_in(const std::string& option, const std::string& file) {
  const std::string place = option + ' ' + quote(file) + ": ";
  const Result<std::string> text = io::read_file(file, kMaxTrustedRootBytes);
  if (!text) return usage(place + text.error().message());
  if (Result<crypto::Certificate> one = crypto::Certificate::from_der(*text); one)
    return std::vector<crypto::Certificate>{*std::move(one)};
  Result<std::vector<crypto::Certificate>> all = crypto::Certificate::all_from_pem(*text);
  if (!all) return usage(place + all.error().message());
  return all;
}

Result<std::vector<root::CertificateAuthority>> authorities_of(const TrustedRootOptions& options) {
  std::vector<root::CertificateAuthority> all;
  if (!options.certificate_chain.empty()) {
    SUPPLY_TRY(std::vector<crypto::Certificate> chain,
               certificates_in("--certificate-chain", options.certificate_chain));
    all.push_back({options.certificate_chain, std::move(chain), {}, {}});
    return all;
  }
  std::vector<crypto::Certificate> intermediates;
  if (!options.ca_intermediates.empty()) {
    SUPPLY_TRY(intermediates, certificates_in("--ca-intermediates", options.ca_intermediates));
  }
  SUPPLY_TRY(const std::vector<crypto::Certificate> roots, certificates_in("--ca-roots", options.ca_roots));
  for (const crypto::Certificate& anchor : roots) {
    root::CertificateAuthority authority{options.ca_roots, intermediates, {}, {}};
    authority.chain.push_back(anchor);
    all.push_back(std::move(authority));
  }
  return all;
}

}  // namespace

void add_trusted_root_options(CLI::App& verb, TrustedRootOptions& options) {
  verb.add_option(
      "--trusted-root", options.file,
      "Logs and authorities that are trusted: a Sigstore trusted root, JSON, or several, one a line; without "
      "it, for identities, the public-good one, as it was fetched last (`supply trust update`) or is built "
      "in; of a key's signature log entry and timestamps are checked with it");
  verb.add_option(
      "--certificate-chain", options.certificate_chain,
      "In place of the trusted root's authorities: one, PEM, the issuer of the signer first, the root last");
  auto* roots =
      verb.add_option("--ca-roots", options.ca_roots, "The same: root certificates, PEM, any of which will do");
  verb.add_option("--ca-intermediates", options.ca_intermediates, "Certificates between --ca-roots and the signer, PEM")
      ->needs(roots);
  verb.add_option("--timestamp-certificate-chain", options.timestamp_chain,
                  "In place of the trusted root's timestamp authorities: one, PEM, the signer first, the root last");
}

Result<ChosenTrustedRoot> trusted_root_of(const TrustedRootOptions& options, const Common& common, Console& console) {
  if (!options.certificate_chain.empty() && !options.ca_roots.empty())
    return usage("--certificate-chain and --ca-roots: want one");
  if (!options.ca_intermediates.empty() && options.ca_roots.empty())
    return usage("--ca-intermediates goes with --ca-roots");
  SUPPLY_TRY(ChosenTrustedRoot choice, trusted_root_for(options.file, common, console));
  if (!options.gives_authorities() && options.timestamp_chain.empty()) return choice;
  if (!choice.others.empty())
    return usage(
        "--trusted-root with several instances goes with none of --certificate-chain, --ca-roots and "
        "--timestamp-certificate-chain");
  if (options.gives_authorities()) {
    SUPPLY_TRY(choice.root.certificate_authorities, authorities_of(options));
  }
  if (!options.timestamp_chain.empty()) {
    SUPPLY_TRY(std::vector<crypto::Certificate> chain,
               certificates_in("--timestamp-certificate-chain", options.timestamp_chain));
    choice.root.timestamp_authorities = {{options.timestamp_chain, std::move(chain), {}, {}}};
  }
  for (const std::string* file :
       {&options.certificate_chain, &options.ca_roots, &options.ca_intermediates, &options.timestamp_chain})
    if (!file->empty()) choice.authorities.push_back(*file);
  return choice;
}

}  // namespace supply::tools
