// Whether a file that streams by holds a Java archive, whatever its name and whatever is before the archive: a central
// directory, and the names of a manifest and of a class, which are there as they are. One thread.
#pragma once

#include <string>
#include <string_view>

namespace supply::catalog {

class JavaArchiveSearch {
 public:
  void feed(std::string_view chunk);
  bool found() const { return central_ && manifest_ && program_; }

 private:
  void look(std::string_view bytes);

  std::string tail_;
  bool central_ = false, manifest_ = false, program_ = false;
};

}  // namespace supply::catalog
