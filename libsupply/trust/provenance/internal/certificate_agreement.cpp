#include "libsupply/trust/provenance/internal/certificate_agreement.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"
#include "libsupply/trust/provenance/internal/github_run.hpp"

namespace supply::provenance {
namespace {

std::string differ(std::string_view what, std::string_view certificate, std::string_view provenance) {
  return "the certificate says " + std::string(what) + " " + quote(certificate) + ", and the provenance " +
         quote(provenance);
}

/// The extensions by what they say; the old ones (1 to 6) are raw, and GitHub's alone.
struct Extensions {
  const attest::CertificateIdentity& certificate;
  std::string contradiction = {};

  std::string one(const char* number) const {
    const auto it = certificate.extensions.find(number);
    return it == certificate.extensions.end() ? std::string() : it->second;
  }
  std::string either(std::string_view what, const char* number, const std::string& old) {
    const std::string now = one(number);
    if (!now.empty() && !old.empty() && now != old && contradiction.empty())
      contradiction = "the certificate says " + std::string(what) + " " + quote(now) + " and " + quote(old);
    return now.empty() ? old : now;
  }
};

bool speaks_of_runs(Family family) {
  return family == Family::github || family == Family::github_generator || family == Family::container_based ||
         family == Family::gitlab;
}

}  // namespace

std::string certificate_difference(const Provenance& provenance, const attest::CertificateIdentity& certificate) {
  if (certificate.issuer != kGithubIssuer && certificate.issuer != kGitlabIssuer) return {};
  Extensions said{certificate};
  const std::string old = said.one("5");
  const std::string repository = said.either("repository", "12", old.empty() ? "" : "https://github.com/" + old);
  const std::string commit = said.either("commit", "13", said.one("3"));
  const std::string ref = said.either("ref", "14", said.one("6"));
  const std::string event = said.either("event", "20", said.one("2"));
  if (!said.contradiction.empty()) return said.contradiction;
  if (const std::string signer = said.one("9"); !signer.empty() && signer != certificate.name)
    return "the certificate names " + quote(certificate.name) + " and build signer " + quote(signer);
  if (!speaks_of_runs(family_of(provenance.build_type))) return {};

  if (repository.empty()) return "the certificate says no repository";
  const auto address = SourceUri::parse(repository);
  if (!address) return "the certificate's repository: " + address.error().message();
  for (const SourceRepository& source : provenance.sources) {
    if (!source.address || *source.address != address->address)
      return differ("repository", repository, source.address ? source.address->to_string() : source.uri);
    if (!source.ref.empty() && !ref.empty() && source.ref != ref) return differ("ref", ref, source.ref);
    // A builder that somebody brings may commit and build that: its provenance then names no ref.
    const bool own_commit =
        source.ref.empty() && provenance.build_type.find("/delegator-generic@") != std::string::npos;
    if (!own_commit && !source.commit.empty() && !commit.empty() && source.commit != commit)
      return differ("commit", commit, source.commit);
  }
  if (certificate.issuer == kGithubIssuer) {
    const GithubRun run = github_run(provenance);
    if (!run.event.empty() && !event.empty() && run.event != event) return differ("event", event, run.event);
    for (const auto& [what, number, text] :
         {std::tuple{"repository id", "15", &run.repository_id}, std::tuple{"owner id", "17", &run.owner_id},
          std::tuple{"runner", "11", &run.runner_environment}})
      if (const std::string certified = said.one(number); !text->empty() && !certified.empty() && *text != certified)
        return differ(what, certified, *text);
  }
  const std::string invocation = said.one("21");
  if (!invocation.empty() && provenance.invocation_id.starts_with("https://") && provenance.invocation_id != invocation)
    return differ("run", invocation, provenance.invocation_id);
  return {};
}

}  // namespace supply::provenance
