#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

std::string_view to_string(PinKind kind) {
  switch (kind) {
    case PinKind::unknown: return "unknown";
    case PinKind::image: return "image";
    case PinKind::frontend: return "frontend";
    case PinKind::url: return "url";
    case PinKind::git: return "git";
    case PinKind::package: return "package";
  }
  return "unknown";
}

std::string_view to_string(PinStatus status) {
  switch (status) {
    case PinStatus::unknown: return "unknown";
    case PinStatus::pinned: return "pinned";
    case PinStatus::default_only: return "pinned-by-default-only";
    case PinStatus::unpinned: return "unpinned";
    case PinStatus::unhashed: return "unhashed";
    case PinStatus::mutable_ref: return "mutable-ref";
    case PinStatus::weak: return "weak";
    case PinStatus::plaintext: return "plaintext-http";
  }
  return "unknown";
}

Finding to_finding(const Pin& pin) {
  Finding finding;
  finding.rule = "pins/" + std::string(to_string(pin.status));
  finding.severity = pin.status == PinStatus::default_only ? Severity::warning : Severity::error;
  finding.subject = pin.text.empty() ? pin.role : pin.text;
  finding.place = pin.place;
  finding.id = pin.text.empty() ? pin.role : pin.role + " " + pin.text;
  finding.expected = pin.kind == PinKind::package ? "a version with its hash"
                     : pin.kind == PinKind::git   ? "a whole commit"
                     : pin.kind == PinKind::url   ? "a checksum"
                                                  : "a digest";
  finding.found = pin.role + ": " + pin.reason;
  finding.remedy = pin.remedy;
  return finding;
}

}  // namespace supply::pins
