#include "libsupply/image/rootfs/internal/dispatch.hpp"

#include <algorithm>
#include <string>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"

namespace supply::rootfs {

Dispatch::Dispatch(const std::vector<const Collector*>& collectors) {
  for (std::uint32_t i = 0; i < collectors.size(); ++i) {
    const std::span<const Select> selects = collectors[i]->selects();
    if (selects.empty()) always_.push_back(i);
    for (const Select& select : selects) {
      const auto first = select.text.empty() ? std::size_t{0} : static_cast<unsigned char>(select.text.front());
      switch (select.by) {
        case Select::By::name: names_[select.text].push_back(i); break;
        case Select::By::prefix: prefixes_[first].emplace_back(select.text, i); break;
        case Select::By::suffix:
          suffixes_[select.text].push_back(i);
          longest_suffix_ = std::max(longest_suffix_, select.text.size());
          break;
        case Select::By::directory: directories_[select.text].push_back(i); break;
        case Select::By::magic: magics_[first].emplace_back(select.text, i); break;
      }
    }
  }
}

void Dispatch::add(const Named& named, std::string_view key) {
  const auto found = named.find(key);
  if (found != named.end()) asked_.insert(asked_.end(), found->second.begin(), found->second.end());
}

void Dispatch::add(const Beginning& beginning, std::string_view text) {
  if (text.empty()) return;
  for (const auto& [begin, collector] : beginning[static_cast<unsigned char>(text.front())])
    if (text.starts_with(begin)) asked_.push_back(collector);
}

std::span<const std::uint32_t> Dispatch::asked(std::string_view path, std::string_view head) {
  const std::string_view name = base_name(path);
  asked_ = always_;
  add(names_, name);
  add(prefixes_, name);
  add(directories_, base_name(directory_of(path)));
  add(magics_, head);
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos && name.size() - dot <= longest_suffix_) {
    suffix_.assign(name.substr(dot));
    std::transform(suffix_.begin(), suffix_.end(), suffix_.begin(), [](char c) { return to_lower(c); });
    add(suffixes_, suffix_);
  }
  if (asked_.size() > 1) {
    std::sort(asked_.begin(), asked_.end());
    asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
  }
  return asked_;
}

}  // namespace supply::rootfs
