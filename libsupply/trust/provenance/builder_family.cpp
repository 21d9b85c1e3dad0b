#include "libsupply/trust/provenance/builder_family.hpp"

#include <re2/re2.h>

namespace supply::provenance {

std::optional<WorkflowName> WorkflowName::parse(std::string_view name) {
  static const RE2 form(
      R"((https://github\.com/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)/([^@?#\s]+)@(refs/[^@\s]+|[0-9a-f]{40}))", RE2::Quiet);
  WorkflowName out;
  if (!RE2::FullMatch(re2::StringPiece(name.data(), name.size()), form, &out.repository, &out.path, &out.ref))
    return std::nullopt;
  return out;
}

std::string extension(const attest::SignerIdentity& signer, const char* number) {
  if (!signer.certificate) return {};
  const auto it = signer.certificate->extensions.find(number);
  return it == signer.certificate->extensions.end() ? std::string() : it->second;
}

bool is_release_tag(std::string_view ref) {
  static const RE2 form(R"(refs/tags/v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*))", RE2::Quiet);
  return RE2::FullMatch(re2::StringPiece(ref.data(), ref.size()), form);
}

}  // namespace supply::provenance
