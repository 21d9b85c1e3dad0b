// Known vulnerabilities, as attested reports of scanners have them. The newest report that counts decides; what it does
// not say is not known. A finding's id is the vulnerability's.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/purl.hpp"
#include "libsupply/trust/predicates/predicate.hpp"
#include "libsupply/verdict/policy/internal/evidence_time.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"
#include "libsupply/verdict/policy/internal/vex.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  Signers keys;                                   ///< whose reports count
  SeverityRating severity = SeverityRating::low;  ///< from it on they are denied
  bool only_fixable = false;
  bool unknown_severity = false;              ///< whether those of unknown severity pass
  std::optional<std::chrono::seconds> grace;  ///< published less long ago they pass
  std::optional<std::chrono::seconds> max_age, max_database_age;
  std::set<std::string> known_exploited;  ///< ids that are denied whatever else is so
  bool exploited = true;                  ///< so are those that the report says are exploited
  std::optional<Signers> vex;             ///< whose OpenVEX statements count
};

std::string expected(const Part& rule) {
  return fmt::format("no {}vulnerability of severity {} or above, by a report signed by {}",
                     rule.only_fixable ? "fixable " : "", to_string(rule.severity), rule.keys.to_string());
}

using predicates::ReportedVulnerability;
using predicates::VexDocument;
using predicates::VulnerabilityReport;

struct Report {
  std::string evidence;
  VulnerabilityReport said;
};

/// A version that no reader knows may be the newest report: it is none that is passed over.
bool is_report(std::string_view type) {
  return type.starts_with("https://cosign.sigstore.dev/attestation/vuln/") ||
         type.starts_with("https://in-toto.io/attestation/vulns");
}

Result<VulnerabilityReport> read_report(const Attestation& attestation) {
  SUPPLY_TRY(predicates::Content content, predicates::read(attestation.predicate_type, attestation.predicate));
  auto* report = std::get_if<VulnerabilityReport>(&content);
  if (report == nullptr)
    return Error(ErrorCode::unsupported, "vulnerability report: predicate type " + quote(attestation.predicate_type));
  if (!report->unread.empty()) return Error(ErrorCode::unsupported, "vulnerability report: " + report->unread);
  if (!report->scan_finished)
    if (const auto time = time_of(attestation)) report->scan_finished = time->time;
  return std::move(*report);
}

/// The package URL without qualifiers and subpath; empty where the report names the package otherwise.
std::string plain_purl(const std::string& said) {
  const auto purl = pkg::Purl::parse(said);
  if (!purl) return {};
  const std::string whole = purl->to_string();
  return whole.substr(0, whole.find_first_of("?#"));
}

/// The reports about the platform that count, the newest first; those of one time by their evidence.
std::vector<Report> reports_for(const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for,
                                const Part& rule, std::map<std::string, std::string>& objections,
                                std::map<std::string, std::string>& unread) {
  std::vector<Report> all;
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) {
      if (!is_report(each.predicate_type)) continue;
      const std::string evidence = each.evidence.to_string();
      if (!rule.keys.contains(each.signer)) {
        objections.emplace(evidence, "signed by " + display_name(each.signer) + ", whose report does not count");
        continue;
      }
      auto report = read_report(each);
      if (!report) {
        unread.emplace(evidence, report.error().message());
        continue;
      }
      if (std::none_of(all.begin(), all.end(), [&](const Report& known) { return known.evidence == evidence; }))
        all.push_back({evidence, *std::move(report)});
    }
  std::sort(all.begin(), all.end(), [](const Report& a, const Report& b) {
    if (a.said.scan_finished != b.said.scan_finished) return a.said.scan_finished > b.said.scan_finished;
    return a.evidence < b.evidence;
  });
  return all;
}

/// The OpenVEX documents that count. None while one of them cannot be read: it may take back what another excuses.
std::vector<VexDocument> vex_for(const std::vector<std::pair<Digest, const SubjectEvidence*>>& evidence_for,
                                 const Part& rule, const PlatformFacts& platform, Rulings& rulings) {
  std::vector<VexDocument> all;
  bool is_unread = false;
  if (!rule.vex) return all;
  for (const auto& [subject, attached] : evidence_for)
    for (const Attestation& each : attached->attestations) {
      if (!each.predicate_type.starts_with("https://openvex.dev/ns") || !rule.vex->contains(each.signer)) continue;
      auto read = predicates::read(each.predicate_type, each.predicate);
      auto* document = read ? std::get_if<VexDocument>(&*read) : nullptr;
      if (document != nullptr) {
        all.push_back(std::move(*document));
        continue;
      }
      is_unread = true;
      rulings.warn({subject_of(platform), expected(rule),
                    (read ? "OpenVEX of type " + quote(each.predicate_type) : read.error().message()) +
                        "; no OpenVEX document excuses while one cannot be read",
                    each.evidence.to_string(), "attest the OpenVEX document anew"},
                   "unread-vex");
    }
  return is_unread ? std::vector<VexDocument>() : all;
}

class Judge {
 public:
  Judge(const Facts& facts, const PlatformFacts& platform, const Part& rule, Rulings& rulings)
      : facts_(facts), platform_(platform), rule_(rule), rulings_(rulings) {}

  void run() {
    const auto evidence_for = facts_.evidence_for(platform_);
    std::map<std::string, std::string> objections, unread;
    const std::vector<Report> reports = reports_for(evidence_for, rule_, objections, unread);
    const std::string remedy =
        fmt::format("scan it, and attest the report: supply attest --type vuln --predicate FILE --key KEY {}",
                    facts_.reference.with({{}, facts_.digest}).to_string());
    // A report that is not read may be the newest, and may list anything.
    for (const auto& [evidence, why] : unread)
      rulings_.undecided({subject_of(platform_), expected(rule_), why, evidence, remedy}, "unread-report");
    if (reports.empty()) {
      if (!unread.empty()) return;
      return rulings_.none_counts(
          {subject_of(platform_), expected(rule_), "no report signed by a key of the policy", "", remedy}, objections,
          evidence_for);
    }
    vex_ = vex_for(evidence_for, rule_, platform_, rulings_);
    for (const std::string& digest : {facts_.digest.to_string(), platform_.manifest.to_string()})
      product_.digests.push_back(digest.substr(digest.find(':') + 1));
    for (const Digest& ancestor : platform_.ancestors) product_.digests.emplace_back(ancestor.encoded());
    product_.repository = facts_.reference.name();
    // Of one time any may be the newest, and one that says no time may be newer than all: each of them decides.
    for (const Report& each : reports)
      if (!each.said.scan_finished || each.said.scan_finished == reports.front().said.scan_finished) judge(each);
  }

 private:
  void judge(const Report& one) {
    bool is_stale = false;
    const auto check_age = [&](const std::optional<std::chrono::seconds>& most, const std::optional<Time>& time,
                               std::string_view what) {
      if (!most) return;
      FindingText said{subject_of(platform_),
                       fmt::format("{} at most {} days old", what, most->count() / 86'400),
                       "",
                       one.evidence,
                       "scan the image again, with a database of today",
                       std::string(what)};
      if (!time) {
        said.found = fmt::format("the report does not say when {} was", what);
        is_stale = true;
        return rulings_.undecided(std::move(said), "no-time");
      }
      if (*time <= facts_.now + kClockSkew && facts_.now - *time <= *most) return;
      said.found = age_text(*time, facts_.now);
      is_stale = true;
      rulings_.denied(std::move(said), "stale");
    };
    check_age(rule_.max_age, one.said.scan_finished, "scan");
    check_age(rule_.max_database_age, one.said.database_updated, "database");
    const std::optional<Time>& finished = one.said.scan_finished;
    if (finished && *finished > facts_.now + kClockSkew && !rule_.max_age) {
      is_stale = true;
      rulings_.denied({subject_of(platform_), "a scan of the past", age_text(*finished, facts_.now), one.evidence,
                       "set the scanner's clock", "scan"},
                      "stale");
    }
    std::size_t denied = 0, passed = 0;
    for (const ReportedVulnerability& each : one.said.vulnerabilities) {
      if (denies(one, each)) ++denied;
      else ++passed;
    }
    if (denied == 0 && !is_stale)
      rulings_.satisfied({subject_of(platform_), expected(rule_),
                          fmt::format("{} of {} lists {} that pass{}",
                                      one.said.scanner_uri.empty() ? "a scanner" : one.said.scanner_uri,
                                      finished ? to_rfc3339(*finished) : "an unknown time", passed,
                                      excused_ == 0 ? "" : fmt::format(", {} of them by OpenVEX", excused_)),
                          one.evidence, ""});
  }

  /// Whether the rule asks about it at all, and it is neither excused nor too new.
  bool denies(const Report& report, const ReportedVulnerability& one) {
    std::vector<std::string> ids = one.aliases;
    ids.push_back(one.id);
    const bool exploited =
        (rule_.exploited && one.known_exploited) ||
        std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return rule_.known_exploited.contains(id); });
    const SeverityRating severity = predicates::rating_of(one);
    const bool counts = severity == SeverityRating::unknown ? !rule_.unknown_severity : severity >= rule_.severity;
    // Where the report does not say whether there is a fix, there may be one.
    if (!exploited && (!counts || (rule_.only_fixable && one.fixable == false))) return false;
    VexSubject subject = product_;
    subject.purl = plain_purl(one.package);
    const std::string package = !subject.purl.empty() ? subject.purl
                                : one.version.empty() ? one.package
                                                      : one.package + " " + one.version;
    if (const auto why = not_affected(vex_, ids, subject, facts_.now + kClockSkew)) {
      ++excused_;
      rulings_.warn(
          {package, expected(rule_), fmt::format("{} ({}): OpenVEX says {}", one.id, to_string(severity), *why),
           report.evidence, "none needed", one.id},
          "vex");
      return false;
    }
    FindingText said{
        package,
        expected(rule_),
        fmt::format("{} ({}{}) in {}{}", one.id, to_string(severity), exploited ? ", known to be exploited" : "",
                    package.empty() ? "a package that the report does not name" : package,
                    one.published ? ", published " + to_rfc3339(*one.published) : ""),
        report.evidence,
        one.fixed_version.empty() ? "no fix is known: remove the package, or say in OpenVEX why it is not affected"
                                  : "update it to " + one.fixed_version,
        one.id};
    if (rule_.grace && !exploited) {
      if (!one.published) {
        said.found += "; the report does not say when it was published";
        rulings_.denied(std::move(said), "vulnerability");
        return true;
      }
      // A date to come would always be in its days of grace.
      if (*one.published <= facts_.now + kClockSkew && facts_.now - *one.published < *rule_.grace) {
        rulings_.warn(std::move(said), "grace");
        return false;
      }
    }
    rulings_.denied(std::move(said), "vulnerability");
    return true;
  }

  const Facts& facts_;
  const PlatformFacts& platform_;
  const Part& rule_;
  Rulings& rulings_;
  std::vector<VexDocument> vex_;
  VexSubject product_;
  std::size_t excused_ = 0;
};

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("vulnerabilities", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) Judge(facts, platform, as<Part>(asked), rulings).run();
  return std::move(rulings).finish();
}

ParsedPart parse(const PolicyNode& node, const PolicyScope& scope) {
  SUPPLY_TRY(node.only({"keys", "severity", "only_fixable", "unknown_severity", "grace", "max_age", "max_database_age",
                        "known_exploited", "exploited", "vex"}));
  Part rule;
  SUPPLY_TRY(rule.keys, scope.keys_or_signers(node, "report"));
  if (const auto severity = node.find("severity")) {
    SUPPLY_TRY(const std::string word, severity->word({"negligible", "low", "medium", "high", "critical"}));
    rule.severity = severity_rating_of(word);
  }
  if (const auto fixable = node.find("only_fixable")) {
    SUPPLY_TRY(rule.only_fixable, fixable->flag());
  }
  if (const auto unknown_one = node.find("unknown_severity")) {
    SUPPLY_TRY(const std::string word, unknown_one->word({"allow", "deny"}));
    rule.unknown_severity = word == "allow";
  }
  if (const auto grace = node.find("grace")) {
    SUPPLY_TRY(rule.grace, grace->duration());
  }
  if (const auto age = node.find("max_age")) {
    SUPPLY_TRY(rule.max_age, age->duration());
  }
  if (const auto age = node.find("max_database_age")) {
    SUPPLY_TRY(rule.max_database_age, age->duration());
  }
  if (const auto known = node.find("known_exploited")) {
    SUPPLY_TRY(const std::vector<std::string> ids, known->texts());
    rule.known_exploited.insert(ids.begin(), ids.end());
  }
  if (const auto exploited = node.find("exploited")) {
    SUPPLY_TRY(const std::string word, exploited->word({"allow", "deny"}));
    rule.exploited = word == "deny";
  }
  if (const auto vex = node.find("vex")) {
    SUPPLY_TRY(vex->only({"keys"}));
    SUPPLY_TRY(rule.vex, scope.keys_or_signers(*vex, "OpenVEX document"));
  }
  return part_of(std::move(rule));
}

void needs(const RulePart&, Needs& needs) { needs.predicates = true; }

constexpr std::string_view kSchema = R"({
  "description": "What attested reports of scanners may list.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "keys": {"description": "Whose reports count; without it the signers under signatures.", "$ref": "#/$defs/names"},
    "severity": {"description": "From it on they are denied.", "enum": ["negligible", "low", "medium", "high", "critical"], "default": "low"},
    "only_fixable": {"description": "Only those of which a fixed version is known.", "type": "boolean", "default": false},
    "unknown_severity": {"description": "Those of which the report says no severity.", "enum": ["allow", "deny"], "default": "deny"},
    "grace": {"description": "What was published less long ago only warns.", "$ref": "#/$defs/duration"},
    "max_age": {"description": "Of the scan.", "$ref": "#/$defs/duration"},
    "max_database_age": {"description": "Of the scanner's database.", "$ref": "#/$defs/duration"},
    "known_exploited": {"description": "Ids that are denied whatever their severity, fix and age.", "$ref": "#/$defs/names"},
    "exploited": {"description": "Those that the report itself says are exploited.", "enum": ["allow", "deny"], "default": "deny"},
    "vex": {
      "type": "object", "additionalProperties": false,
      "properties": {"keys": {"description": "Whose OpenVEX documents count.", "$ref": "#/$defs/names"}}
    }
  }
})";

constexpr std::string_view kGuide =
    R"md(A report of a scanner, attested to the image (`supply attest --type vuln`, `cosign attest --type vuln`; in-toto's `vulns`
v0.1 and v0.2 too) by `keys`. Read are the JSON of Trivy and Grype, and in-toto's own list; a report of another form is not
known to be clean: the rule is undecided. Of several reports that count the newest decides, by the end of its scan: an older
one excuses nothing; of two of one time both count, and so does one that says no time.

Denied is what has `severity` or more. `only_fixable: true` leaves out those of which the report says that there is no fix; `grace: 30d` only warns
of what was published less long ago (unknown times are denied); those of unknown severity are denied unless
`unknown_severity: allow`. What is known to be exploited is denied whatever else is so: what the report marks as such
(Grype), and the ids under `known_exploited`, for which a set is made (CISA's list).

`max_age` is for the scan, `max_database_age` for the scanner's database, where the report says it; where not, the rule is
undecided. A scan more than five minutes in the future is denied.

With `vex`, OpenVEX documents attested to the image by its `keys` excuse what they say is `not_affected` (with a
justification or impact statement) or `fixed`: for the product that is this image (by digest, or by repository without a
version) and the package as its subcomponent, or for the package itself. The newest statement decides; one more than five
minutes in the future excuses nothing. What is excused so
is in the report as a warning. While a document by those `keys` cannot be read, none excuses.

A finding's id is the vulnerability's: an exception for `CVE-2024-1234` covers it in every package.)md";

}  // namespace

const Rule& vulnerabilities() {
  static constexpr Rule rule{.id = "vulnerabilities",
                             .title = "no vulnerability that the policy denies",
                             .denied = "vulnerabilities that the policy denies",
                             .member = "vulnerabilities",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .needs = needs,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
