#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::unknown: return "unknown";
    case Kind::image: return "image";
    case Kind::frontend: return "frontend";
    case Kind::url: return "url";
    case Kind::git: return "git";
    case Kind::package: return "package";
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
  finding.expected = pin.kind == Kind::package ? "a version with its hash"
                     : pin.kind == Kind::git   ? "a whole commit"
                     : pin.kind == Kind::url   ? "a checksum"
                                               : "a digest";
  finding.found = pin.role + ": " + pin.reason;
  finding.remedy = pin.remedy;
  return finding;
}

}  // namespace supply::pins
