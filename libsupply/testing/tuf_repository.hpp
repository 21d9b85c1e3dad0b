// A TUF repository in memory that can make each part wrong: its files are JSON until they are published. Tests only;
// defined in trust/tuf/tuf_repository_test.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/tuf/mirror.hpp"

namespace supply::testing {

class TufRepository : public tuf::Mirror {
 public:
  /// Version 1 of all four roles, each with a key of its own, published.
  TufRepository();
  ~TufRepository() override;

  /// The signed part of a role, to be changed before it is published.
  json::Value& part(const std::string& role);
  /// A new key's id.
  std::string new_key();
  /// Names the key in the root, and signs the role with it from now on.
  void authorize(const std::string& role, const std::string& id);
  /// New keys instead of those that a role has.
  void rotate(const std::string& role);
  /// A role below another one, with a new key.
  void delegate(const std::string& from, const std::string& role, const std::vector<std::string>& paths,
                bool terminating = false);
  /// A target file, in a role.
  void add_target(const std::string& role, const std::string& path, const std::string& bytes);
  std::string signed_text(const std::string& role) const;
  /// Signs the role as it is, under its version, and names it in the snapshot or the timestamp.
  void publish(const std::string& role);
  /// The next version of each.
  void update(const std::vector<std::string>& roles);

  Result<std::string> metadata(std::string_view name, std::size_t limit) override;
  Result<std::string> target(std::string_view path, std::size_t limit) override;

  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<std::string>> signers;  ///< key ids by role
  std::vector<std::string> requests;
  bool with_hashes = false;
  bool down = false;

 private:
  struct Parts;
  Result<std::string> get(const std::string& name, std::size_t limit);
  std::unique_ptr<Parts> parts_;
};

}  // namespace supply::testing
