// Packages that files of their own describe, as most package managers of languages have them: the files are read one by
// one, then what each package requires is looked for among all of them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"

namespace supply::catalog {

/// What a file says of one package. Its place, layer, cataloger, licence and edges are not set yet.
struct DescribedPackage {
  pkg::Package package;
  std::string key;                     ///< by which others require it; equal keys are versions of one package
  std::vector<std::string> provides;   ///< further keys, for where no package has it as its own
  std::vector<std::string> requires_;  ///< keys
  std::vector<std::string> licenses;   ///< as written
  enum class Licenses { choice, all } apply = Licenses::choice;
};

using DescribedList = std::vector<DescribedPackage>;

/// For PathCollector::Rules::reduce: of files of which only it matters that they are there.
std::string keep_nothing(std::string bytes, bool complete);

/// The packages of one cataloger, while they are read. One thread.
class DescribedPackages {
 public:
  /// Whether packages at different places find each other.
  enum class Elsewhere { no, yes };
  DescribedPackages(const Context& context, std::string_view cataloger, pkg::Inventory& catalog, Elsewhere elsewhere)
      : context_(context), cataloger_(cataloger), catalog_(catalog), elsewhere_(elsewhere), licensing_(context.share) {}
  /// Parses one text; its errors become known unknowns.
  using Parse = std::function<Result<DescribedList>(std::string_view text)>;
  /// Reads a file that a collector kept. Packages at one `place` find each other first, then those elsewhere.
  /// Errors: limit_exceeded.
  Status read(const rootfs::CollectedFile& file, const std::string& place, const Parse& parse);
  /// The same of a file that describes one package.
  using ParseOne = std::function<Result<DescribedPackage>(std::string_view text)>;
  Status read_one(const rootfs::CollectedFile& file, const std::string& place, const ParseOne& parse);
  /// Adds one that has been read. Errors: limit_exceeded.
  Status add(const rootfs::File& file, const std::string& place, DescribedPackage described);
  Status add_unknown(const std::string& path, std::string reason);
  /// Looks up what the packages require, and adds all to the catalog. Errors: limit_exceeded.
  Status finish();

 private:
  struct Placed {
    DescribedPackage described;
    std::string place;
  };
  Status resolve(const Placed& placed, std::vector<std::string>& depends) const;

  const Context& context_;
  std::string cataloger_;
  pkg::Inventory& catalog_;
  Elsewhere elsewhere_;
  Licensing licensing_;
  std::vector<Placed> packages_;
  std::vector<std::string> purls_;
  using ByPlace = std::map<std::pair<std::string, std::string>, std::size_t>;  // by place and key, or any place and key
  ByPlace by_key_, provided_;
};

/// Whether a path below a package's directory leads through tests, fixtures or examples: what is there is not
/// installed.
bool is_in_tests(std::string_view path_below);

/// Compares runs of digits as numbers and all else by byte, as "1.9" < "1.10": which of several versions is newest.
bool is_older_version(std::string_view a, std::string_view b);
/// "Person: A B (a@example.org)", or less where less is known.
std::string person(std::string_view name, std::string_view mail);
/// The same of "A B <a@example.org>".
std::string person(std::string_view text);

}  // namespace supply::catalog
