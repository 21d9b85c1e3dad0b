#include "tools/supply/deployment_gate.hpp"

#include <algorithm>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/user.hpp"

namespace supply::tools {

std::vector<std::pair<std::string, std::set<std::string>>> image_arguments(const deploy::Deployment& deployment) {
  std::vector<std::pair<std::string, std::set<std::string>>> images;
  for (const deploy::DeployedImage& each : deploy::images_of(deployment)) {
    if (!each.text.unset.empty()) continue;  // rule unset-variables names it
    std::string argument = deploy::registry_argument(each.text.value);
    auto known = std::find_if(images.begin(), images.end(), [&](const auto& one) { return one.first == argument; });
    if (known == images.end()) known = images.insert(known, {std::move(argument), {}});
    known->second.insert(each.text.value);
  }
  return images;
}

deploy::ImageUser image_user(const policy::Facts& facts) {
  deploy::ImageUser weakest;
  bool first = true;
  for (const policy::PlatformFacts& platform : facts.platforms) {
    deploy::ImageUser one{platform.config.user, std::nullopt, platform.users.has_value()};
    const std::string name = one.user.substr(0, one.user.find(':'));
    if (platform.users)
      if (const auto found = platform.users->find(name); found != platform.users->end()) one.id = found->second;
    const bool root = oci::may_be_root(one.user, one.id);
    if (first || root) weakest = std::move(one);
    first = false;
    if (root) break;
  }
  return weakest;
}

Result<std::vector<std::string>> write_pins(const PinOptions& options, const std::vector<deploy::File>& given,
                                            const report::DeploymentReport& report, Console& console) {
  std::vector<std::string> notes;
  if (!options.lock.empty()) {
    SUPPLY_TRY(io::write_file(options.lock, deploy::lock_of(report.deployment, report.digests)));
    notes.push_back("lock " + options.lock + ": " + std::to_string(report.digests.size()) + " images");
  }
  if (options.pin.empty()) return notes;
  std::string printed;
  for (const deploy::File& file : given) {
    const deploy::Pinned pinned = deploy::pin(file, report.deployment, report.digests);
    for (const std::string& each : pinned.left_out) notes.push_back("not pinned: " + each);
    if (options.pin == "-") {
      if (!printed.empty() && !printed.ends_with('\n')) printed += '\n';
      if (!printed.empty()) printed += "---\n";
      printed += pinned.text;
      continue;
    }
    if (file.name == "-") return Error(ErrorCode::usage, "--pin of standard input: write --pin=- for standard output");
    if (pinned.digests != 0) SUPPLY_TRY(io::write_file(file.name, pinned.text));
    notes.push_back("pinned " + file.name + ": " + std::to_string(pinned.digests) + " digests");
  }
  if (options.pin == "-") console.print(printed);
  return notes;
}

}  // namespace supply::tools
