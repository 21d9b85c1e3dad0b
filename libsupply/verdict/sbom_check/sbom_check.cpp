#include "libsupply/verdict/sbom_check/sbom_check.hpp"

#include <algorithm>

#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/trust/evidence/evidence.hpp"

namespace supply::sbom_check {
namespace {

// An SBOM in a statement about an image, before it is read.
struct Claimed {
  Digest evidence;
  std::string signer;
  std::string predicate;
};

// What counts for one target, and why that may not be all of it.
struct Claims {
  std::vector<Claimed> claims;
  std::optional<Error> unread;
};

Claims claimed(const evidence::ImageEvidence& attached, const evidence::RequiredManifest& target, bool verified) {
  Claims found{{}, evidence::undecided(attached, target)};
  if (verified) {
    for (const auto* statement : attached.statements(target))
      if (attest::is_sbom(statement->claim().predicate_type))
        found.claims.push_back({statement->evidence(), statement->signer().key_name, statement->claim().predicate});
    return found;
  }
  evidence::UnverifiedStatements unverified = evidence::unverified_statements(attached, target);
  for (auto& one : unverified.statements)
    if (attest::is_sbom(one.statement.predicate_type))
      found.claims.push_back({one.evidence, "", std::move(one.statement.predicate)});
  if (!found.unread) found.unread = std::move(unverified.unread);
  return found;
}

Compared compare(const Claimed& claim, const store::PlatformImage& image, const pkg::Inventory& catalog) {
  Compared compared{image.descriptor.digest, image.platform, claim.evidence, claim.signer, "", "", false, {}};
  const Result<sbom::ParsedSbom> parsed = sbom::parse_sbom(std::string_view(claim.predicate));
  if (!parsed) {
    compared.problem = parsed.error().message();
    compared.unread =
        parsed.error().code() == ErrorCode::unsupported || parsed.error().code() == ErrorCode::limit_exceeded;
    return compared;
  }
  compared.format = parsed->format;
  compared.comparison = sbom::compare_with_image(parsed->inventory, catalog);
  return compared;
}

}  // namespace

Result<Report> check(store::ImageSource& source, const oci::Descriptor& root, const Request& request, Budget& budget) {
  evidence::Request wanted;
  wanted.query.signatures = false;
  SUPPLY_TRY(store::Images found, store::images(source, root, request.platform));
  const std::vector<store::PlatformImage> images = std::move(found.images);
  SUPPLY_TRY(evidence::ImageEvidence attached, evidence::collect(source, root, evidence::required(images),
                                                                 verify::Verifier(request.keys), wanted, budget));
  if (attached.judged.unfinished) return *std::move(attached.judged.unfinished);
  rootfs::LayerRequest all = sbom::layer_request(sbom::Files::none);
  all.diff_id = rootfs::WithDiffId::yes;  // a yes is about what runs: a runtime takes layers by their diff_ids
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, images, all, budget, request.threads));
  Report report{root.digest, {}, {}, {}, std::move(found.left_out)};
  for (const store::PlatformImage& image : images) {
    SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));
    SUPPLY_TRY(const pkg::Inventory catalog, sbom::read_catalog(tree, image, budget));
    const std::string subject = image.platform.to_string() + " " + image.descriptor.digest.to_string();
    report.images.push_back({image.descriptor.digest, image.platforms()});
    for (const pkg::KnownUnknown& unknown : catalog.unknowns)
      report.unknowns.push_back({"sbom/unknown",
                                 Severity::error,
                                 subject,
                                 {source.name()},
                                 "an image of which everything could be read",
                                 unknown.to_string(),
                                 "",
                                 "repair it or remove it from the image; what is not read is not known"});
    const evidence::RequiredManifest& target = attached.targets[static_cast<std::size_t>(&image - images.data())];
    const auto [claims, unread] = claimed(attached, target, !request.keys.empty());
    // Every SBOM that counts must agree, and this may be one.
    if (unread)
      report.unknowns.push_back({"sbom/unreadable",
                                 Severity::error,
                                 subject,
                                 {source.name()},
                                 "evidence of a form and size that Supply reads",
                                 unread->message(),
                                 "",
                                 "remove it, or use a newer Supply"});
    for (const Claimed& claim : claims) {
      Compared compared = compare(claim, image, catalog);
      const std::string evidence = claim.evidence.to_string();
      if (!compared.problem.empty())
        (compared.unread ? report.unknowns : report.findings)
            .push_back({"sbom/unreadable",
                        Severity::error,
                        subject,
                        {source.name()},
                        "an SPDX or CycloneDX document",
                        compared.problem,
                        evidence,
                        "attach a new SBOM"});
      for (Finding& finding : sbom::to_findings(compared.comparison, source.name(), evidence))
        (finding.rule == "sbom/removed" && !catalog.unknowns.empty() ? report.unknowns : report.findings)
            .push_back(std::move(finding));
      report.compared.push_back(std::move(compared));
    }
    if (claims.empty() && !unread)
      report.findings.push_back({"sbom/missing",
                                 Severity::error,
                                 subject,
                                 {source.name()},
                                 request.keys.empty() ? "an attached SBOM" : "an SBOM attested by one of the keys",
                                 "none",
                                 "",
                                 "supply sbom IMAGE -o spdx-json=F, then supply attest --predicate F"});
  }
  sort_findings(report.findings);
  sort_findings(report.unknowns);
  return report;
}

}  // namespace supply::sbom_check
