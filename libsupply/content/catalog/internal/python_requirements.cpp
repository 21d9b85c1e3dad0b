#include "libsupply/content/catalog/internal/python_requirements.hpp"

#include <map>
#include <set>

#include "libsupply/content/pkg/package_cost.hpp"

namespace supply::catalog {

Status add_python_packages(const Context& context, std::string_view cataloger, std::vector<PythonPackage> packages,
                           const std::vector<std::string>& sites, pkg::Inventory& catalog) {
  std::map<std::pair<std::string_view, std::string>, std::size_t> by_name;
  std::vector<std::string> purls;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const pkg::Package& package = packages[i].package;
    by_name.emplace(std::pair(std::string_view(sites[i]), package.purl.parts().name), i);
    purls.push_back(package.purl.to_string());
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    std::set<std::string_view> depends;
    std::pair<std::string_view, std::string> key{sites[i], {}};
    for (const std::string& name : packages[i].requires_) {
      // Each look-up compares the whole directory.
      SUPPLY_TRY(context.share.spend(Cost::steps, 5 + key.first.size() / 16));
      key.second = name;
      const auto found = by_name.find(key);
      if (found != by_name.end()) depends.insert(purls[found->second]);
    }
    SUPPLY_TRY(pkg::set_depends(packages[i].package, depends, context.share));
  }
  for (PythonPackage& python : packages) {
    python.package.cataloger = cataloger;
    SUPPLY_TRY(context.add(std::move(python.package), catalog));
  }
  return {};
}

}  // namespace supply::catalog
