# supply_room(NAME USES rooms... LINKS libraries... TABLES directory:Type... TESTS rooms...)
#
# One static library for each directory libsupply/NAME: every .cpp in it that is no test. For each table, the files of the
# directory are entries: FILE.cpp defines `const Type& FILE()` in namespace supply::<room>::<directory>, and a generated source
# defines `std::span<const Type* const> all_<directory>()` in supply::<room>, in the order of the names. Tests (*_test.cpp) of
# the room become one program, linked to what the room uses, to testing and to the rooms after TESTS.

if(SUPPLY_TESTS)
  find_package(Catch2 2 REQUIRED)
  file(WRITE ${CMAKE_BINARY_DIR}/generated/catch_main.cpp.in
       "#define CATCH_CONFIG_RUNNER\n#include <catch2/catch.hpp>\n#include \"libsupply/testing/testing.hpp\"\n"
       "int main(int argc, char** argv) { return supply::testing::exit_code(Catch::Session().run(argc, argv)); }\n")
  configure_file(${CMAKE_BINARY_DIR}/generated/catch_main.cpp.in ${CMAKE_BINARY_DIR}/generated/catch_main.cpp COPYONLY)
  add_library(catch_main OBJECT ${CMAKE_BINARY_DIR}/generated/catch_main.cpp)
  target_include_directories(catch_main PRIVATE ${CMAKE_SOURCE_DIR})
  # A small test library that only owns the precompiled header.
  file(WRITE ${CMAKE_BINARY_DIR}/generated/catch_pch.cpp.in "namespace supply { int catch_pch; }\n")
  configure_file(${CMAKE_BINARY_DIR}/generated/catch_pch.cpp.in ${CMAKE_BINARY_DIR}/generated/catch_pch.cpp COPYONLY)
  add_library(catch_pch STATIC ${CMAKE_BINARY_DIR}/generated/catch_pch.cpp)
  target_precompile_headers(catch_pch PRIVATE <catch2/catch.hpp> <string> <vector> <map> <filesystem>)
  # The precompiled header and the tests must agree on the flag for position independence: neither gets one.
  set_target_properties(catch_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  # Tests are compiled more often than they run, so they are not optimised; what they test is.
  set(SUPPLY_TEST_OPTIONS -O0)
  target_compile_options(catch_pch PRIVATE ${SUPPLY_TEST_OPTIONS})
endif()

if(SUPPLY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()

function(supply_target_of room out)
  string(REPLACE "/" "_" name ${room})
  set(${out} supply_${name} PARENT_SCOPE)
endfunction()

function(supply_table room entry)
  string(REPLACE ":" ";" parts ${entry})
  list(GET parts 0 directory)
  list(GET parts 1 type)
  get_filename_component(space ${room} NAME)
  string(REGEX REPLACE "([a-z])([A-Z])" "\\1_\\2" header ${type})
  string(TOLOWER ${header} header)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/libsupply/${room}/${directory}/*.cpp)
  set(declared "")
  set(listed "")
  foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    if(NOT stem MATCHES "_test$")
      string(APPEND declared "const ${type}& ${stem}();\n")
      string(APPEND listed "      &${directory}::${stem}(),\n")
    endif()
  endforeach()
  if(NOT listed)
    set(SUPPLY_TABLE_SOURCE "" PARENT_SCOPE)
    return()
  endif()
  set(path ${CMAKE_BINARY_DIR}/generated/${room}/${directory}.cpp)
  file(CONFIGURE OUTPUT ${path} @ONLY CONTENT [[
// Generated from the files in libsupply/@room@/@directory@.
#include <span>
#include "libsupply/@room@/@header@.hpp"
namespace supply::@space@ {
namespace @directory@ {
@declared@}
std::span<const @type@* const> all_@directory@() {
  static const @type@* const table[] = {
@listed@  };
  return table;
}
}
]])
  set(SUPPLY_TABLE_SOURCE ${path} PARENT_SCOPE)
endfunction()

function(supply_room room)
  cmake_parse_arguments(ARG "" "" "USES;LINKS;TABLES;TESTS" ${ARGN})
  set(directory ${CMAKE_SOURCE_DIR}/libsupply/${room})
  supply_target_of(${room} target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${directory}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  foreach(table ${ARG_TABLES})
    supply_table(${room} ${table})
    list(APPEND sources ${SUPPLY_TABLE_SOURCE})
  endforeach()
  set(used "")
  foreach(other ${ARG_USES})
    supply_target_of(${other} name)
    list(APPEND used ${name})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${used} ${ARG_LINKS} Threads::Threads)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${used})
  endif()
  if(SUPPLY_TESTS AND tests)
    add_executable(test_${target} ${tests})
    set_target_properties(test_${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(test_${target} PRIVATE ${SUPPLY_TEST_OPTIONS})
    target_precompile_headers(test_${target} REUSE_FROM catch_pch)
    target_link_libraries(test_${target} PRIVATE ${target} supply_testing catch_main)
    foreach(other ${ARG_TESTS})
      supply_target_of(${other} name)
      target_link_libraries(test_${target} PRIVATE ${name})
    endforeach()
    add_test(NAME ${room} COMMAND test_${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${room} PROPERTIES SKIP_RETURN_CODE 77)  # testing::needs
  endif()
  if(SUPPLY_FUZZ)
    # STEM_fuzz.cpp becomes the program fuzz/fuzz_STEM; ci/fuzz runs it on testdata/fuzz/STEM.
    foreach(fuzzer ${fuzzers})
      get_filename_component(stem ${fuzzer} NAME_WE)
      string(REGEX REPLACE "_fuzz$" "" stem ${stem})
      add_executable(fuzz_${stem} ${fuzzer})
      target_link_libraries(fuzz_${stem} PRIVATE ${target})
      target_link_options(fuzz_${stem} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers fuzz_${stem})
      set_target_properties(fuzz_${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    endforeach()
  endif()
endfunction()
