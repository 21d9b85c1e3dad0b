#include "tools/supply/provenance_options.hpp"

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/pins.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {
namespace {

Result<std::optional<Time>> time_of(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<Time>();
  Result<Time> time = parse_rfc3339(text);
  if (!time) return Error(ErrorCode::usage, option + ": " + time.error().message());
  return std::optional(*time);
}

// With the event that started a build in GitHub Actions. A file that cannot be read is one that is not there: the
// provenance then says that its inputs are not known.
provenance::Environment build_environment() {
  provenance::Environment environment = whole_environment();
  const auto path = environment.find("GITHUB_EVENT_PATH");
  environment.erase(std::string(provenance::kGithubEvent));
  if (path == environment.end()) return environment;
  if (auto text = io::read_file(path->second, kMaxAttachmentBytes))
    environment.emplace(provenance::kGithubEvent, *std::move(text));
  return environment;
}

}  // namespace

void add_build_options(CLI::App& verb, BuildOptions& options) {
  verb.add_option("--builder-id", options.builder_id, "Who built it, a URI");
  verb.add_option("--build-type", options.build_type, "What kind of build, a URI");
  verb.add_option("--source", options.source, "Where the source is, e.g. git+https://host/repo@COMMIT");
  verb.add_option("--param", options.parameters, "An external parameter of the build, key=value");
  verb.add_option("--dependency", options.dependencies, "What went into the build, URI@sha256:DIGEST");
  verb.add_option("--pins", options.pins, "A Dockerfile, requirements file or directory whose pins are dependencies");
  verb.add_option("--invocation-id", options.invocation_id, "This run of the build, e.g. its URL");
  verb.add_option("--started-on", options.started, "When the build started, RFC 3339");
  verb.add_option("--finished-on", options.finished, "When it finished, RFC 3339");
}

Result<provenance::GeneratedProvenance> make_provenance(const BuildOptions& options, Console& console) {
  provenance::GenerateOptions make;
  make.builder_id = options.builder_id;
  make.build_type = options.build_type;
  make.source = options.source;
  make.dependencies = options.dependencies;
  make.invocation_id = options.invocation_id;
  SUPPLY_TRY(make.started, time_of("--started-on", options.started));
  SUPPLY_TRY(make.finished, time_of("--finished-on", options.finished));
  SUPPLY_TRY(make.parameters, key_values_of(options.parameters, "--param"));
  pins::Report pins;
  if (!options.pins.empty()) {
    Budget budget;
    SUPPLY_TRY(pins, pins::check(std::vector<io::Path>(options.pins.begin(), options.pins.end()), budget));
    if (!pins.unread.empty()) return pins.unread.front().error;
    make.pins = pins.pins;
    if (!pins.findings.empty())
      console.warn(std::to_string(count_findings(pins.findings)) +
                   " pins do not hold and are no dependencies (see `supply pins check`)");
  }
  SUPPLY_TRY(provenance::GeneratedProvenance made, provenance::generate(build_environment(), make));
  for (const std::string& note : made.notes) console.note(note);
  return made;
}

}  // namespace supply::tools
