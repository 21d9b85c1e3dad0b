#include "libsupply/verdict/deploy/profiles.hpp"

#include "libsupply/verdict/deploy/internal/judging.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy {

namespace {

bool ends_path(std::string_view path, std::string_view name) {
  return path == name ||
         (path.ends_with(name) && path.size() > name.size() && path[path.size() - name.size() - 1] == '/');
}

}  // namespace

void read_profiles(const Deployment& deployment,
                   const std::function<Result<std::string>(const std::string& path)>& open,
                   const std::vector<File>& node_profiles, Surrounding& around) {
  each_container(deployment, [&](const Workload&, const Container& container) {
    if (container.seccomp.kind == Profile::Kind::local) {
      const bool named = container.seccomp.path.empty();
      const std::string key = named ? container.seccomp.text.value : container.seccomp.path;
      if (around.seccomp.count(key) == 0 && !key.empty()) {
        for (const File& file : node_profiles)
          if (ends_path(file.name, key) || ends_path(file.name, key + ".json"))
            around.seccomp[key] = {file.name, file.text, ""};
        if (around.seccomp.count(key) == 0 && !named && open) {
          Result<std::string> text = open(key);
          if (text) around.seccomp[key] = {key, *std::move(text), ""};
          else around.seccomp[key] = {key, "", std::string(text.error().message())};
        }
      }
    }
    if (container.apparmor.kind == Profile::Kind::local) {
      const std::string& name = container.apparmor.text.value;
      if (around.apparmor.count(name) != 0 || name.empty()) return;
      for (const File& file : node_profiles)
        if (has_apparmor_profile(file.text, name)) around.apparmor[name] = {file.name, file.text, ""};
    }
  });
}

}  // namespace supply::deploy
