#include "tools/supply/signing_addresses.hpp"

#include <algorithm>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

Result<sigstore::ServiceAddresses> named_addresses(const SigningOptions& options, Time time) {
  sigstore::ServiceAddresses addresses;
  if (!options.signing_config.empty()) {
    if (!options.fulcio_url.empty() || !options.rekor_urls.empty() || !options.timestamp_urls.empty())
      return usage(
          "--signing-config says which services sign: --fulcio-url, --rekor-url and --timestamp-server-url "
          "do not go with it");
    SUPPLY_TRY(const std::string text,
               read_option_file("--signing-config", options.signing_config, kMaxSigningConfigBytes));
    const Result<sigstore::SigningConfig> config = sigstore::SigningConfig::parse(text);
    if (!config) return usage("--signing-config " + quote(options.signing_config) + ": " + config.error().message());
    SUPPLY_TRY(addresses, sigstore::addresses_of(*config, time));
  } else if (options.names_services()) {
    addresses.certificate_authority = options.fulcio_url;
    for (const std::string& url : options.rekor_urls) addresses.logs.push_back({url, 1});
    addresses.timestamp_authorities = options.timestamp_urls;
  } else {
    addresses = sigstore::public_good_addresses();
  }
  if (options.tlog_upload == false) addresses.logs.clear();
  return addresses;
}

Status check_enough(const sigstore::ServiceAddresses& addresses, const SigningOptions& options) {
  const bool by_identity = options.key.empty();
  if (options.tlog_upload == true && addresses.logs.empty())
    return usage("--tlog-upload: no log is named: --rekor-url URL, or a --signing-config with rekorTlogUrls");
  // Where that was said, a key signs alone: as cosign's users say it.
  const bool said_so = !options.signing_config.empty() || options.tlog_upload == false;
  if (by_identity && addresses.certificate_authority.empty())
    return usage("no certificate authority: --fulcio-url or a --signing-config with caUrls is needed without --key");
  if (!by_identity && !said_so && addresses.logs.empty() && addresses.timestamp_authorities.empty())
    return usage(
        "--key signs without a certificate, and no service is named that would do more: want --rekor-url, "
        "--timestamp-server-url or a --signing-config with either");
  if (by_identity && addresses.logs.empty() && addresses.timestamp_authorities.empty())
    return usage(
        "neither a log nor a timestamp authority: nothing would prove that the certificate was valid when "
        "it signed (--timestamp-server-url names one)");
  const bool log_of_v2 = std::any_of(addresses.logs.begin(), addresses.logs.end(),
                                     [](const sigstore::LogAddress& log) { return log.version != 1; });
  if (by_identity && log_of_v2 && addresses.timestamp_authorities.empty())
    return usage(
        "Rekor v2 proves no time, and a certificate's signature needs one: the signing configuration wants "
        "a timestamp authority (tsaUrls)");
  return {};
}

}  // namespace

Result<std::string> read_option_file(const std::string& option, const std::string& file, std::size_t limit) {
  const Result<std::string> text = io::read_file(file, limit);
  if (!text) return usage(option + ' ' + quote(file) + ": " + text.error().message());
  return *text;
}

Result<sigstore::ServiceAddresses> signing_addresses(const SigningOptions& options, Time now) {
  SUPPLY_TRY(sigstore::ServiceAddresses addresses, named_addresses(options, now));
  SUPPLY_TRY(check_enough(addresses, options));
  return addresses;
}

}  // namespace supply::tools
