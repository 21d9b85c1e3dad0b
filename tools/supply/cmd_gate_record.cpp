#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/store/copy.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/gate_cases.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> images;
  std::string directory, policy, now;
};

Result<ExitCode> run_record(const Options& options, Console& console) {
  SUPPLY_TRY(const Clock clock, clock_of(options.now));
  std::optional<policy::Policy> policy;
  if (!options.policy.empty()) {
    SUPPLY_TRY(policy, gate::read_policy(options.policy));
  }
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed) return Error(ErrorCode::unavailable, options.directory + ": " + failed.message());
  policy::CaseFile file;
  if (std::filesystem::exists(cases_path(options.directory), failed)) {
    SUPPLY_TRY(file, read_cases(options.directory));
  } else {
    const io::Path relative = std::filesystem::relative(options.policy, options.directory, failed);
    file.policy = options.policy.empty() || failed ? "policy.yaml" : relative.string();
  }
  Stores stores(options.common, console);
  const std::string layout = "oci:" + (io::Path(options.directory) / "images").string();
  for (const std::string& text : options.images) {
    SUPPLY_TRY(const Image image, stores.judged(text));
    SUPPLY_TRY(const oci::Reference target, oci::Reference::parse(layout));
    SUPPLY_TRY(const std::unique_ptr<store::ContentStore> to, stores.destination(target));
    SUPPLY_TRY(const store::Copied copied, store::copy(*image.store, image.root, *to, "", {}));
    policy::Case one{.name = text,
                     .image = "images@" + copied.root.digest.to_string(),
                     .called = image.reference,
                     .now = clock.now,
                     .expect = "undecided"};
    if (policy) {
      SUPPLY_TRY(const gate::ImageDecision rehearsed, rehearse(stores, options.directory, one, *policy));
      gate::expect(rehearsed, one);
    }
    console.note("recorded " + name_with_digest(image) + ", which is to be: " + one.expect);
    std::erase_if(file.cases, [&](const policy::Case& known) { return known.name == one.name; });
    file.cases.push_back(std::move(one));
  }
  SUPPLY_TRY(io::write_file(cases_path(options.directory), policy::to_text(file)));
  if (options.common.json)
    console.print(
        json::to_pretty_text({{"version", 1}, {"directory", options.directory}, {"cases", file.cases.size()}}));
  else console.print(cases_path(options.directory).string() + "\n");
  return ExitCode::yes;
}

}  // namespace

void add_gate_record(CLI::App& app, Run& run) {
  CLI::App* gate = app.get_subcommand(std::string("gate"));
  add_verb<Options>(
      *gate, run, "record", "Record images with all that is attached to them, as cases for gate test",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        verb.add_option("-o,--output", options.directory, "The directory: images/ and cases.yaml")->required();
        verb.add_option("--policy", options.policy, "What the cases expect is what this policy answers now");
        add_now_option(verb, options.now, "The time that the cases are judged by, RFC 3339");
      },
      run_record);
  add_gate_explain(*gate, run);
}

}  // namespace supply::tools
