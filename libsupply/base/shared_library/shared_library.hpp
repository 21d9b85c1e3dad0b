// A shared library that is loaded when a function of it is called for the first time, because most runs call none and
// what it needs of others takes longer to load than a verb takes to run. Not for programs in which it is linked in
// (ci/dist). Immutable once made; any thread. It stays loaded to the end.
#pragma once

namespace supply {

class SharedLibrary {
 public:
  /// `file` is found as the dynamic linker finds it: "libcurl.so.4".
  explicit SharedLibrary(const char* file);

  /// The function of that name, of the type of `declared`; null where the library or the function is not there.
  template <class Function>
  Function* function(const char* name, Function* /*declared*/) const {
    return reinterpret_cast<Function*>(address(name));
  }

 private:
  void* address(const char* name) const;

  void* handle_;
};

}  // namespace supply
