#include "libsupply/trust/attest/fulcio_extension.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::attest {
namespace {

constexpr std::string_view kPrefix = "1.3.6.1.4.1.57264.1.";

std::string bare(std::string_view text) {
  std::string letters;
  for (const char c : text)
    if (c != '-' && c != '_' && c != ' ') letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return letters;
}

}  // namespace

const std::vector<FulcioExtension>& fulcio_extensions() {
  static const std::vector<FulcioExtension> all = {
      {"1", "issuer-v1"},
      {"2", "github-workflow-trigger"},
      {"3", "github-workflow-sha"},
      {"4", "github-workflow-name"},
      {"5", "github-workflow-repository"},
      {"6", "github-workflow-ref"},
      {"8", "issuer"},
      {"9", "build-signer-uri"},
      {"10", "build-signer-digest"},
      {"11", "runner-environment"},
      {"12", "source-repository-uri"},
      {"13", "source-repository-digest"},
      {"14", "source-repository-ref"},
      {"15", "source-repository-identifier"},
      {"16", "source-repository-owner-uri"},
      {"17", "source-repository-owner-identifier"},
      {"18", "build-config-uri"},
      {"19", "build-config-digest"},
      {"20", "build-trigger"},
      {"21", "run-invocation-uri"},
      {"22", "source-repository-visibility-at-signing"},
      {"23", "deployment-environment"},
      {"24", "token-subject"},
  };
  return all;
}

std::string_view extension_name(std::string_view number) {
  for (const FulcioExtension& each : fulcio_extensions())
    if (each.number == number) return each.name;
  return "extension";
}

Result<std::string> extension_number(std::string_view text) {
  std::string_view number = text;
  if (number.starts_with(kPrefix)) number.remove_prefix(kPrefix.size());
  const bool digits = !number.empty() && number.size() <= 4 &&
                      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) return std::string(number);
  for (const FulcioExtension& each : fulcio_extensions())
    if (bare(each.name) == bare(text)) return std::string(each.number);
  return Error(ErrorCode::usage,
               "extension " + quote(text) + " is none of Fulcio's: want " +
                   join(fulcio_extensions(), ", ", [](const FulcioExtension& each) { return std::string(each.name); }) +
                   ", or a number");
}

}  // namespace supply::attest
