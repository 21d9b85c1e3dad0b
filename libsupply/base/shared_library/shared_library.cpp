#include "libsupply/base/shared_library/shared_library.hpp"

#include <dlfcn.h>

namespace supply {

SharedLibrary::SharedLibrary(const char* file) : handle_(::dlopen(file, RTLD_LAZY | RTLD_LOCAL)) {}

void* SharedLibrary::address(const char* name) const { return handle_ == nullptr ? nullptr : ::dlsym(handle_, name); }

}  // namespace supply
