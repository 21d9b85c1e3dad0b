#include "libsupply/verdict/sbom_check/sbom_check.hpp"

#include "libsupply/base/crypto/hasher.hpp"
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

// What SBOMs are compared with.
struct Actual {
  const pkg::Inventory& inventory;
  std::string subject;  ///< for findings
  std::string place;
  std::optional<Digest> image = {};
  oci::Platform platform = {};
};

Finding finding_of(const Actual& actual, std::string rule) {
  Finding out;
  out.rule = std::move(rule);
  out.severity = Severity::error;
  out.subject = actual.subject;
  out.place.uri = actual.place;
  return out;
}

Compared compare(const Claimed& claim, const Result<sbom::ParsedSbom>& parsed, const Actual& actual) {
  Compared compared{actual.image, actual.platform, claim.evidence, claim.signer, "", "", false, {}};
  if (!parsed) {
    compared.problem = parsed.error().message();
    compared.unread =
        parsed.error().code() == ErrorCode::unsupported || parsed.error().code() == ErrorCode::limit_exceeded;
    return compared;
  }
  compared.format = parsed->format;
  compared.comparison = sbom::compare_with_image(parsed->inventory, actual.inventory);
  return compared;
}

Compared compare(const Claimed& claim, const Actual& actual) {
  return compare(claim, sbom::parse_sbom(std::string_view(claim.predicate)), actual);
}

void add_unknowns(const Actual& actual, Report& report) {
  for (const pkg::KnownUnknown& unknown : actual.inventory.unknowns) {
    Finding finding = finding_of(actual, "sbom/unknown");
    finding.expected =
        actual.image ? "an image of which everything could be read" : "a directory of which everything could be read";
    finding.found = unknown.to_string();
    finding.remedy = "repair it or remove it; what is not read is not known";
    report.unknowns.push_back(std::move(finding));
  }
}

void add_compared(const Actual& actual, Compared compared, Report& report) {
  const std::string evidence = compared.evidence.to_string();
  if (!compared.problem.empty()) {
    Finding finding = finding_of(actual, "sbom/unreadable");
    finding.expected = "an SPDX or CycloneDX document";
    finding.found = compared.problem;
    finding.evidence = evidence;
    finding.remedy = "attach a new SBOM";
    (compared.unread ? report.unknowns : report.findings).push_back(std::move(finding));
  }
  const bool all_is_known = actual.inventory.unknowns.empty();
  for (Finding& finding : sbom::to_findings(compared.comparison, actual.place, evidence))
    (finding.rule == "sbom/removed" && !all_is_known ? report.unknowns : report.findings).push_back(std::move(finding));
  report.compared.push_back(std::move(compared));
}

void add_claims(const Actual& actual, const Claims& found, bool verified, Report& report) {
  // Every SBOM that counts must agree, and this may be one.
  if (found.unread) {
    Finding finding = finding_of(actual, "sbom/unreadable");
    finding.expected = "evidence of a form and size that Supply reads";
    finding.found = found.unread->message();
    finding.remedy = "remove it, or use a newer Supply";
    report.unknowns.push_back(std::move(finding));
  }
  for (const Claimed& claim : found.claims) add_compared(actual, compare(claim, actual), report);
  if (!found.claims.empty() || found.unread) return;
  Finding finding = finding_of(actual, "sbom/missing");
  finding.expected = verified ? "an SBOM attested by one of the keys" : "an attached SBOM";
  finding.found = "none";
  finding.remedy = "supply sbom IMAGE -o spdx-json=F, then supply attest --predicate F";
  report.findings.push_back(std::move(finding));
}

// What is attached is a fact about the image, damaged or not; a document that was given is the question.
Status add_document(const Actual& actual, const GivenDocument& document, Report& report) {
  const Result<sbom::ParsedSbom> parsed = sbom::parse_sbom(std::string_view(document.text));
  if (!parsed) return Error(parsed.error()).at(document.name);
  add_compared(actual, compare({crypto::sha256(document.text), "", {}}, parsed, actual), report);
  return {};
}

}  // namespace

Result<Report> check(store::ImageSource& source, const oci::Descriptor& root, const Request& request, Budget& budget) {
  SUPPLY_TRY(store::Images found, store::images(source, root, request.platform));
  const std::vector<store::PlatformImage> images = std::move(found.images);
  std::optional<evidence::ImageEvidence> attached;
  if (!request.document) {
    evidence::Request wanted;
    wanted.query.signatures = false;
    SUPPLY_TRY(attached, evidence::collect(source, root, evidence::required(images), verify::Verifier(request.keys),
                                           wanted, budget));
    if (attached->judged.unfinished) return *std::move(attached->judged.unfinished);
  }
  rootfs::LayerRequest all = sbom::layer_request(sbom::Files::none);
  all.diff_id = rootfs::WithDiffId::yes;  // a yes is about what runs: a runtime takes layers by their diff_ids
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, images, all, budget, request.threads));
  Report report;
  report.root = root.digest;
  report.left_out = std::move(found.left_out);
  if (request.document) report.document = request.document->name;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const store::PlatformImage& image = images[i];
    SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));
    SUPPLY_TRY(const pkg::Inventory catalog, sbom::read_catalog(tree, image, budget));
    const Actual actual{catalog, image.platform.to_string() + " " + image.descriptor.digest.to_string(), source.name(),
                        image.descriptor.digest, image.platform};
    report.images.push_back({image.descriptor.digest, image.platforms()});
    add_unknowns(actual, report);
    if (request.document) {
      SUPPLY_TRY(add_document(actual, *request.document, report));
      continue;
    }
    add_claims(actual, claimed(*attached, attached->targets[i], !request.keys.empty()), !request.keys.empty(), report);
  }
  sort_findings(report.findings);
  sort_findings(report.unknowns);
  return report;
}

Result<Report> check_tree(const pkg::Inventory& tree, const std::string& name, const GivenDocument& document) {
  Report report;
  report.document = document.name;
  const Actual actual{tree, name, name};
  add_unknowns(actual, report);
  SUPPLY_TRY(add_document(actual, document, report));
  sort_findings(report.findings);
  sort_findings(report.unknowns);
  return report;
}

}  // namespace supply::sbom_check
