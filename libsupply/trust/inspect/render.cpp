// How an inspected image is shown.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/base_claim.hpp"
#include "libsupply/trust/inspect/inspect.hpp"

namespace supply::inspect {
namespace {

std::string_view kind_of(attachments::AttachmentKind kind) {
  switch (kind) {
    case attachments::AttachmentKind::bundle: return "bundle";
    case attachments::AttachmentKind::simple_signing: return "simple-signing";
    case attachments::AttachmentKind::envelope: return "envelope";
    case attachments::AttachmentKind::unsigned_statement: return "unsigned-statement";
  }
  return "unknown";
}

std::string bytes(std::uint64_t count) {
  if (count < 10'000) return fmt::format("{} B", count);
  if (count < 10'000'000) return fmt::format("{:.1f} kB", static_cast<double>(count) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(count) / 1e6);
}

std::string annotation(const oci::Annotations& annotations, const std::string& key) {
  const auto found = annotations.find(key);
  return found == annotations.end() ? std::string() : found->second;
}

constexpr const char* kPredicateType = "dev.sigstore.bundle.predicateType";

// "platform linux/arm64; every size, digest and diff_id checked"; empty: the image as it is.
std::string asked_text(const Request& asked) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (asked.platform) add("platform " + escape_for_terminal(asked.platform->to_string()));
  if (asked.verify) add("every size, digest and diff_id checked");
  if (!asked.referrers) add("without what is attached");
  return text;
}

void attached_text(std::string& out, const Report& report, const Digest& subject, std::string_view indent) {
  const auto attached = report.attached.find(subject);
  if (attached == report.attached.end()) return;
  for (const attachments::Attachment& item : attached->second.evidence) {
    const std::string type = annotation(item.manifest.annotations, kPredicateType);
    out += fmt::format("{}attached  {} {}{}\n", indent, kind_of(item.kind), item.blob.digest.to_string(),
                       type.empty() ? "" : "  " + escape_for_terminal(type));
  }
  for (const attachments::OtherReferrer& other : attached->second.others)
    out += fmt::format("{}attached  {} {}\n", indent, escape_for_terminal(other.manifest.artifact_type),
                       other.manifest.digest.to_string());
}

nlohmann::json attached_json(const Report& report, const Digest& subject) {
  nlohmann::json list = nlohmann::json::array();
  const auto attached = report.attached.find(subject);
  if (attached == report.attached.end()) return list;
  for (const attachments::Attachment& item : attached->second.evidence)
    list.push_back({{"kind", kind_of(item.kind)},
                    {"manifest", item.manifest.digest.to_string()},
                    {"blob", item.blob.digest.to_string()},
                    {"artifactType", item.manifest.artifact_type},
                    {"annotations", item.manifest.annotations}});
  for (const attachments::OtherReferrer& other : attached->second.others)
    list.push_back({{"kind", "other"},
                    {"manifest", other.manifest.digest.to_string()},
                    {"blob", nullptr},
                    {"artifactType", other.manifest.artifact_type},
                    {"annotations", other.manifest.annotations}});
  return list;
}

}  // namespace

std::string to_text(const Request& asked, const Report& report, const TextStyle& style) {
  std::string out = colored(fmt::format("{}@{}", escape_for_terminal(report.name), report.root.digest.to_string()),
                            Color::strong, style) +
                    "\n";
  if (const std::string text = asked_text(asked); !text.empty()) out += "  asked: " + text + "\n";
  out += fmt::format("  {}, {}\n", escape_for_terminal(report.root.media_type), bytes(report.root.size));
  const bool index = report.images.size() != 1 || report.images.front().descriptor.digest != report.root.digest;
  if (index) attached_text(out, report, report.root.digest, "  ");
  for (std::size_t i = 0; i < report.images.size(); ++i) {
    const store::PlatformImage& image = report.images[i];
    const oci::Config& config = image.config;
    // The image's own digest is in the first line in full.
    const std::string own_digest = image.descriptor.digest.to_string();
    out += colored(escape_for_terminal(image.platform.to_string()), Color::strong, style) + "  " +
           (image.descriptor.digest == report.root.digest ? short_digest(own_digest, style) : own_digest) + "\n";
    if (config.created) out += "  created   " + to_rfc3339(*config.created) + "\n";
    out += "  user      " + (config.user.empty() ? "root (none set)" : escape_for_terminal(config.user)) + "\n";
    if (const auto& [base, digest] = oci::base_claim(image.manifest.annotations, config);
        !base.empty() || !digest.empty())
      out += "  base      " + escape_for_terminal(base) + (digest.empty() ? "" : "@" + escape_for_terminal(digest)) +
             " (a claim)\n";
    for (const LayerReport& layer : report.layers[i]) {
      out += fmt::format("  layer     {} {}", layer.descriptor.digest.to_string(), bytes(layer.descriptor.size));
      if (report.verified) out += fmt::format(", {} unpacked, {} entries", bytes(layer.unpacked_bytes), layer.entries);
      out += "\n";
      if (!layer.label_problem.empty())
        out += "            " + colored("wrong label", Color::warning, style) + ": " +
               escape_for_terminal(layer.label_problem) + "; it was read as what its bytes are\n";
      if (!layer.created_by.empty()) out += "            " + escape_for_terminal(layer.created_by) + "\n";
    }
    attached_text(out, report, image.descriptor.digest, "  ");
  }
  out += oci::to_text(report.left_out);
  if (report.verified) out += colored("every size, digest and diff_id holds", Color::good, style) + "\n";
  return out;
}

nlohmann::json to_json(const Report& report) {
  nlohmann::json images = nlohmann::json::array();
  for (std::size_t i = 0; i < report.images.size(); ++i) {
    const store::PlatformImage& image = report.images[i];
    const oci::Config& config = image.config;
    const oci::BaseClaim base = oci::base_claim(image.manifest.annotations, config);
    nlohmann::json layers = nlohmann::json::array();
    for (const LayerReport& layer : report.layers[i]) {
      nlohmann::json one{{"mediaType", layer.descriptor.media_type},
                         {"digest", layer.descriptor.digest.to_string()},
                         {"size", layer.descriptor.size},
                         {"diffId", layer.diff_id.to_string()},
                         {"createdBy", layer.created_by}};
      one["unpackedSize"] = report.verified ? nlohmann::json(layer.unpacked_bytes) : nlohmann::json();
      one["entries"] = report.verified ? nlohmann::json(layer.entries) : nlohmann::json();
      if (!layer.label_problem.empty()) one["mediaTypeProblem"] = layer.label_problem;
      layers.push_back(std::move(one));
    }
    images.push_back({{"platform", image.platform.to_string()},
                      {"digest", image.descriptor.digest.to_string()},
                      {"mediaType", image.descriptor.media_type},
                      {"size", image.descriptor.size},
                      {"annotations", image.manifest.annotations},
                      {"config",
                       {{"digest", image.manifest.config.digest.to_string()},
                        {"created", config.created ? nlohmann::json(to_rfc3339(*config.created)) : nlohmann::json()},
                        {"user", config.user},
                        {"env", config.env},
                        {"entrypoint", config.entrypoint},
                        {"cmd", config.cmd},
                        {"workingDir", config.working_dir},
                        {"exposedPorts", config.exposed_ports},
                        {"volumes", config.volumes},
                        {"labels", config.labels}}},
                      {"base", {{"name", base.name}, {"digest", base.digest}, {"proven", false}}},
                      {"layers", std::move(layers)},
                      {"attached", attached_json(report, image.descriptor.digest)}});
  }
  return {{"version", 1},
          {"name", report.name},
          {"digest", report.root.digest.to_string()},
          {"mediaType", report.root.media_type},
          {"size", report.root.size},
          {"verified", report.verified},
          {"attached", attached_json(report, report.root.digest)},
          {"images", std::move(images)},
          {"leftOut", oci::to_json(report.left_out)}};
}

}  // namespace supply::inspect
