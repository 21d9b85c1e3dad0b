# The shipped programs (preset dist): everything is linked in but glibc, as small and as hardened as Debian builds its own.
# All libraries are found in their static form: Debian's, or what ci/dist_libraries has built where Debian has none.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)

# Debian's .pc files of these name its own directory, whose static forms want more than is linked here.
find_library(pkgcfg_lib_libarchive_archive archive REQUIRED)
find_library(pkgcfg_lib_sqlite3_sqlite3 sqlite3 REQUIRED)

# What the static forms want that a shared one brings with it: libarchive of zlib, SQLite of libm.
set(CMAKE_CXX_STANDARD_LIBRARIES "${CMAKE_CXX_STANDARD_LIBRARIES} -l:libz.a -lm")

# The same bytes wherever it is built. Under -Os g++ sees uninitialised optionals where there are none; under -O2 it looks too.
add_compile_options(-Wno-maybe-uninitialized -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
# Packed relocations want glibc 2.36, as the static libstdc++ and libcurl do already.
add_link_options(-pie -static-libstdc++ -static-libgcc
                 -Wl,--gc-sections,--as-needed,--build-id=sha1,-z,relro,-z,now,-z,noexecstack,-z,pack-relative-relocs)

# What is shipped is stripped; PROGRAM.symbols beside it is for readers of core dumps, and for ci/signing_code.py.
function(supply_ship program)
  add_custom_command(TARGET ${program} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug $<TARGET_FILE:${program}> $<TARGET_FILE:${program}>.symbols
    COMMAND ${CMAKE_STRIP} --strip-all $<TARGET_FILE:${program}>
    COMMAND ${CMAKE_OBJCOPY} --add-gnu-debuglink=$<TARGET_FILE:${program}>.symbols $<TARGET_FILE:${program}>
    VERBATIM)
endfunction()
