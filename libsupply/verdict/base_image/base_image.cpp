#include "libsupply/verdict/base_image/base_image.hpp"

#include <algorithm>
#include <climits>
#include <map>

#include "libsupply/image/rootfs/layer_scan.hpp"

namespace supply::base_image {
namespace {

std::string name_or(const std::string& given, const store::ImageSource& source) {
  return given.empty() ? source.name() : given;
}

// Whether `digest` is the base's manifest or an index above it.
bool names_base(const std::string& digest, const store::PlatformImage& base) {
  return base.descriptor.digest.to_string() == digest ||
         std::any_of(base.ancestors.begin(), base.ancestors.end(),
                     [&](const oci::Descriptor& index) { return index.digest.to_string() == digest; });
}

bool history_is_prefix(const oci::Config& image, const oci::Config& base) {
  if (base.history.empty() || base.history.size() > image.history.size()) return false;
  return std::equal(base.history.begin(), base.history.end(), image.history.begin(),
                    [](const oci::History& a, const oci::History& b) {
                      return a.created_by == b.created_by && a.comment == b.comment && a.empty_layer == b.empty_layer;
                    });
}

std::string count(std::size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

// The base's images for a platform, the nearest first.
std::vector<const store::PlatformImage*> candidates(const std::vector<store::PlatformImage>& bases,
                                                    const oci::Platform& wanted) {
  std::vector<const store::PlatformImage*> fitting;
  for (const store::PlatformImage& base : bases)
    if (base.platform.may_serve(wanted) ||
        std::any_of(base.also_for.begin(), base.also_for.end(), [&](const auto& one) { return one.may_serve(wanted); }))
      fitting.push_back(&base);
  const auto rank = [&](const store::PlatformImage* base) {
    int best = base->platform.rank(wanted).value_or(INT_MAX);
    for (const oci::Platform& one : base->also_for) best = std::min(best, one.rank(wanted).value_or(INT_MAX));
    return best;
  };
  std::stable_sort(fitting.begin(), fitting.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return fitting;
}

class Checker {
 public:
  Checker(store::ImageSource& image, store::ImageSource& base, const Request& request, Budget& budget)
      : source_(image),
        request_(request),
        budget_(budget),
        image_name_(name_or(request.image_name, image)),
        base_name_(name_or(request.base_name, base)) {}

  Result<Report> run(const oci::Descriptor& image_root, const oci::Descriptor& base_root,
                     store::ImageSource& base_source) {
    if (request_.dockerfile && request_.dockerfile->scratch)
      return Error(ErrorCode::usage, request_.dockerfile->pin.place.uri + ":" +
                                         std::to_string(request_.dockerfile->pin.place.line) +
                                         ": built from scratch: there is no base to prove");
    SUPPLY_TRY(store::Images found, store::images(source_, image_root, request_.platform).at(image_name_));
    const std::vector<store::PlatformImage> images = std::move(found.images);
    SUPPLY_TRY(const store::Images base_images, store::images(base_source, base_root, std::nullopt).at(base_name_));
    const std::vector<store::PlatformImage>& bases = base_images.images;
    Report report{image_root.digest, base_root.digest, {}, {}, std::move(found.left_out)};
    bool dockerfile_agrees = true;
    for (const store::PlatformImage& image : images)
      for (const oci::Platform& platform : image.platforms()) {
        const store::PlatformImage* used = nullptr;
        PlatformProof judgement = judge(image, platform, bases, used);
        if (judgement.answer == Proof::proven && !request_.diff_ids_checked) SUPPLY_TRY(verify(image, *used));
        if (request_.dockerfile && request_.dockerfile->pin.digest)
          dockerfile_agrees =
              dockerfile_agrees && used != nullptr && names_base(request_.dockerfile->pin.digest->to_string(), *used);
        add_findings(judgement, used, report);
        report.platforms.push_back(std::move(judgement));
      }
    if (request_.dockerfile) add_dockerfile(dockerfile_agrees, report);
    sort_findings(report.findings);
    return report;
  }

 private:
  static PlatformProof judge(const store::PlatformImage& image, const oci::Platform& platform,
                             const std::vector<store::PlatformImage>& bases, const store::PlatformImage*& used) {
    std::optional<PlatformProof> first;
    for (const store::PlatformImage* base : candidates(bases, platform)) {
      PlatformProof judgement = compare(image, *base);
      judgement.platform = platform;
      const bool proven = judgement.answer == Proof::proven;
      if (proven || !first) {
        used = base;
        first = std::move(judgement);
      }
      if (proven) break;
    }
    if (first) return *std::move(first);
    PlatformProof none{.platform = platform, .image = image.descriptor.digest};
    none.image_layers = image.config.diff_ids.size();
    none.claim = oci::base_claim(image.manifest.annotations, image.config);
    none.reason = "the base has no image for " + platform.to_string() + ", only for";
    for (const store::PlatformImage& base : bases) none.reason += " " + base.platform.to_string();
    return none;
  }

  // The image's lowest layers are what its config says. A blob that is the base's own needs no reading: it is the base.
  Status verify(const store::PlatformImage& image, const store::PlatformImage& base) {
    for (std::size_t i = 0; i < base.config.diff_ids.size(); ++i) {
      const oci::Descriptor& layer = image.manifest.layers[i];
      const Digest& claimed = image.config.diff_ids[i];
      if (layer.digest == base.manifest.layers[i].digest) continue;
      auto known = computed_.find(layer.digest);
      if (known == computed_.end()) {
        const std::string place = "layer " + layer.digest.to_string();
        SUPPLY_TRY(const auto bytes, source_.open(layer).at(place));
        SUPPLY_TRY(const rootfs::LayerScan facts, rootfs::read_layer(*bytes, layer.digest, layer.media_type,
                                                                     {.entries = rootfs::WithEntries::no}, budget_)
                                                      .at(place));
        if (!facts.diff_id) return Error(ErrorCode::internal, place + ": no diff_id was computed");
        known = computed_.emplace(layer.digest, *facts.diff_id).first;
      }
      if (known->second != claimed)
        return Error(ErrorCode::mismatch, "layer " + layer.digest.to_string() + ": diff_id is " +
                                              known->second.to_string() + ", the config says " + claimed.to_string());
    }
    return {};
  }

  void add_findings(const PlatformProof& judgement, const store::PlatformImage* used, Report& report) const {
    Finding finding;
    finding.subject = judgement.image.to_string();
    finding.place.uri = image_name_;
    finding.id = judgement.platform.to_string();
    const std::string base = base_name_ + (judgement.base ? " (" + judgement.base->to_string() + ")" : "");
    if (judgement.answer != Proof::proven) {
      finding.rule = "base/" + std::string(to_string(judgement.answer));
      finding.expected =
          judgement.platform.to_string() + ": the " + count(judgement.base_layers, "layer") + " of " + base + " first";
      if (judgement.expected)
        finding.expected +=
            ", layer " + std::to_string(judgement.equal_layers + 1) + " " + judgement.expected->to_string();
      finding.found = std::to_string(judgement.equal_layers) + " equal of " + count(judgement.image_layers, "layer");
      if (judgement.found)
        finding.found += ", layer " + std::to_string(judgement.equal_layers + 1) + " " + judgement.found->to_string();
      finding.found += ": " + judgement.reason;
      finding.remedy =
          "build the image on " + base_name_ + " again, without squashing, or name the base that it is built on";
      report.findings.push_back(std::move(finding));
    } else if (!judgement.claim.digest.empty() && !names_base(judgement.claim.digest, *used)) {
      finding.rule = "base/claim";
      finding.severity = Severity::warning;
      finding.expected = "a claim that names " + base + ", or none";
      finding.found = "org.opencontainers.image.base.digest claims " + judgement.claim.digest;
      finding.remedy = "correct the annotation or label; it proves nothing";
      report.findings.push_back(std::move(finding));
    }
  }

  // Whether a Dockerfile without a digest names the base that was named beside it; nothing where that is not known.
  std::optional<bool> same_name() const {
    if (!request_.named_base) return true;
    const oci::Reference& named = *request_.named_base;
    const auto meant = oci::Reference::parse(request_.dockerfile->pin.resolved);
    if (!meant || meant->kind() != oci::Reference::Kind::registry || named.kind() != oci::Reference::Kind::registry)
      return std::nullopt;
    if (meant->name() != named.name()) return false;
    const auto tag = [](const oci::Reference& one) { return one.selector().tag.value_or("latest"); };
    if (named.selector().digest && !named.selector().tag) return std::nullopt;
    return tag(*meant) == tag(named);
  }

  void add_dockerfile(bool agrees, Report& report) const {
    const pins::Pin& pin = request_.dockerfile->pin;
    if (pin.digest && agrees) return;
    const std::optional<bool> same = pin.digest ? std::optional(false) : same_name();
    Finding finding;
    finding.rule = "base/dockerfile";
    finding.severity = same == true ? Severity::warning : Severity::error;
    finding.undecided = !same;
    finding.subject = pin.text;
    finding.place = pin.place;
    finding.id = pin.role + " " + pin.text;
    finding.expected = pin.digest     ? "a base with the digest " + pin.digest->to_string()
                       : same == true ? "a base with a digest"
                                      : "that the Dockerfile names " + base_name_;
    finding.found = pin.digest     ? report.base.to_string()
                    : same == true ? pin.reason
                    : same         ? "it names " + pin.resolved
                                   : "it names " + pin.resolved + " without a digest, which may be another image";
    finding.remedy = pin.digest ? "name the base by the digest that the Dockerfile has" : pin.remedy;
    report.findings.push_back(std::move(finding));
  }

  store::ImageSource& source_;
  const Request& request_;
  Budget& budget_;
  std::string image_name_, base_name_;
  std::map<Digest, Digest> computed_;  // diff_ids by blob
};

}  // namespace

std::string_view to_string(Proof answer) {
  switch (answer) {
    case Proof::unproven: return "unproven";
    case Proof::not_based: return "not-based";
    case Proof::proven: return "proven";
  }
  return "unproven";
}

PlatformProof compare(const store::PlatformImage& image, const store::PlatformImage& base) {
  const std::vector<Digest>&mine = image.config.diff_ids, &theirs = base.config.diff_ids;
  PlatformProof out{.platform = image.platform, .image = image.descriptor.digest, .base = base.descriptor.digest};
  out.image_layers = mine.size();
  out.base_layers = theirs.size();
  out.equal_layers = static_cast<std::size_t>(
      std::mismatch(mine.begin(), mine.end(), theirs.begin(), theirs.end()).first - mine.begin());
  out.history_is_prefix = history_is_prefix(image.config, base.config);
  out.claim = oci::base_claim(image.manifest.annotations, image.config);
  if (theirs.empty()) {
    out.reason = "the base has no layers, which proves nothing";
    return out;
  }
  if (out.equal_layers == theirs.size()) {
    out.answer = Proof::proven;
    return out;
  }
  out.expected = theirs[out.equal_layers];
  if (out.equal_layers < mine.size()) out.found = mine[out.equal_layers];
  const bool claimed = names_base(out.claim.digest, base);
  if (mine.empty()) {
    out.reason = "the image has no layers";
  } else if (out.equal_layers == 0 && (mine.size() == 1 || claimed || out.history_is_prefix)) {
    // Squashing, and COPY --from=base / /, keep the files and lose the layers.
    out.reason = mine.size() == 1 ? "an only layer, which may be the base squashed together"
                 : claimed
                     ? "it claims this base, and none of its layers is the base's: squashed, or claimed wrongly"
                     : "its history begins like the base's, and none of its layers is the base's: squashed, or rebuilt";
  } else {
    out.answer = Proof::not_based;
    out.reason = out.equal_layers == mine.size() ? "it ends before the base does"
                 : out.equal_layers == 0         ? "it begins with another base"
                                                 : "it leaves the base's layers half-way: an older or newer one";
  }
  return out;
}

bool Report::proven() const {
  return !platforms.empty() && std::all_of(platforms.begin(), platforms.end(),
                                           [](const PlatformProof& j) { return j.answer == Proof::proven; });
}

Result<Report> check(store::ImageSource& image, const oci::Descriptor& image_root, store::ImageSource& base,
                     const oci::Descriptor& base_root, const Request& request, Budget& budget) {
  return Checker(image, base, request, budget).run(image_root, base_root, base);
}

}  // namespace supply::base_image
