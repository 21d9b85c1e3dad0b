// What OpenVEX documents say of a vulnerability in an image. Pure. Source: openvex/spec, OPENVEX-SPEC.md v0.2.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/predicates/vex_document.hpp"

namespace supply::policy {

/// What a product of a statement is compared with. A product's name is no pattern: `*` in it is a character as any
/// other.
struct VexSubject {
  std::vector<std::string> digests;  ///< hex, of the image and its manifests
  std::string repository;            ///< "registry.example.org/app"
  std::string purl;                  ///< of the package that has the vulnerability, without qualifiers; may be empty
};

/// Whether the newest statements about the vulnerability and the subject say that it is not affected, or fixed; why,
/// for a message. Two of one time that disagree say nothing, and so does one without a time. One that is later than
/// `latest` excuses nothing, nor does an older one.
std::optional<std::string> not_affected(const std::vector<predicates::VexDocument>& documents,
                                        const std::vector<std::string>& vulnerability, const VexSubject& subject,
                                        Time latest);

}  // namespace supply::policy
