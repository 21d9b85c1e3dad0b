// The licences that packages state, read once for each text and within the budget of the run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/catalog/path_collector.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/pkg/package.hpp"

namespace supply::catalog {

/// Sets a package's declared licence.
void set_license(const license::Declared& declared, pkg::Package& package);
/// What is kept of a Debian package's copyright file: the licences that it declares, else those whose texts it has.
std::string debian_license_record(std::string_view copyright);
/// Sets the package's licence to what its copyright file says, if there is one. `copyrights` has those records of the
/// files that the cataloger of dpkg collects; `root` is "" or "some/chroot/".
void set_debian_license(const Contents& copyrights, const std::string& root, pkg::Package& package);

class Licensing {
 public:
  explicit Licensing(Share& share) : share_(share) {}
  /// One of these texts applies. Errors: limit_exceeded.
  Status choice(const std::vector<std::string>& texts, pkg::Package& package);
  /// All of these texts apply. Errors: limit_exceeded.
  Status all(const std::vector<std::string>& texts, pkg::Package& package);

 private:
  Result<std::vector<license::Declared>> read_all(const std::vector<std::string>& texts);
  Result<const license::Declared*> read(const std::string& text);
  Share& share_;
  std::map<std::string, license::Declared> known_;
};

}  // namespace supply::catalog
