// When a piece of evidence was made, as far as somebody says so who is believed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/time/time.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::policy {

/// How far a time may lie in the future: clocks differ.
inline constexpr std::chrono::seconds kClockSkew{300};

struct EvidenceTime {
  Time time;
  bool proven = false;  ///< by a log or a timestamp authority; else the signer says it
};

/// The earliest proven time of the signature; without one, what the predicate says of when it was finished (SLSA
/// provenance, vulnerability reports, OpenVEX, SBOMs). Absent: nobody says.
std::optional<EvidenceTime> time_of(const Attestation& attestation);
std::optional<EvidenceTime> time_of(const attest::SignerIdentity& signer);

/// "2026-11-24T12:00:00Z (3 days ago)".
std::string age_text(Time then, Time now);

}  // namespace supply::policy
