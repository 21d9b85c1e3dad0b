#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/scan_cache.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  bool all = false;
};

Result<ExitCode> run_prune(const Options& options, Console& console) {
  const std::string directory = cache_directory(options.common);
  if (directory.empty())
    return Error(ErrorCode::usage,
                 "no cache is used (--no-cache, or neither HOME nor XDG_CACHE_HOME): say --cache DIR");
  SUPPLY_TRY(const rootfs::ScanCache cache, rootfs::ScanCache::open(directory, {}));
  const std::size_t removed = options.all ? cache.prune(0) : cache.prune();
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1}, {"directory", directory}, {"removed", removed}}));
  else console.print(escape_for_terminal(directory) + ": " + std::to_string(removed) + " files removed\n");
  return ExitCode::yes;
}

}  // namespace

void add_cache(CLI::App& app, Run& run) {
  CLI::App* cache = app.add_subcommand("cache", "What one run leaves to the next");
  cache->require_subcommand(1);
  add_verb<Options>(
      *cache, run, "prune", "Remove what was used least lately, until all is within 2 GiB",
      [](CLI::App& verb, Options& options) { verb.add_flag("--all", options.all, "Remove everything"); }, run_prune);
}

}  // namespace supply::tools
