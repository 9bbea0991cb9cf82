# The rules that every target of the house follows, in one place.

option(WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
option(BUILD_CONSOLE "Build the desktop console" ON)
set(SANITIZERS "" CACHE STRING "Value for -fsanitize=, for example address,undefined")

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # What one checkout has compiled serves the others too: paths count relative to the source folder.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network WebSockets HttpServer Sql Test)
find_package(OpenSSL REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Threads REQUIRED)
find_library(PG_QUERY_LIBRARY pg_query REQUIRED)
find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)

add_library(pg_query INTERFACE)
target_link_libraries(pg_query INTERFACE ${PG_QUERY_LIBRARY})
target_include_directories(pg_query SYSTEM INTERFACE ${PG_QUERY_INCLUDE})

add_library(build_rules INTERFACE)
target_compile_features(build_rules INTERFACE cxx_std_20)
target_include_directories(build_rules INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(build_rules INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_FOREACH QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(build_rules INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wcast-qual $<$<BOOL:${WARNINGS_AS_ERRORS}>:-Werror>)
if(SANITIZERS)
    target_compile_options(build_rules INTERFACE -fsanitize=${SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_link_options(build_rules INTERFACE -fsanitize=${SANITIZERS})
endif()

# One room of the house: a static library whose link line states what it may know.
#   electric_module(<target> SOURCES file… LINK library…)
# Headers need not be listed. Sources with Q_OBJECT in their header are moc'ed.
function(electric_module target)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(${target} STATIC ${ARG_SOURCES})
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_link_libraries(${target} PUBLIC build_rules ${ARG_LINK})
endfunction()

# All unit tests, for the sanitizer run.
add_custom_target(unit_tests)

# One test program: tst_<name> from <name>.cpp's sources, run by ctest under its labels.
#   electric_test(<tst_name> SOURCES file… LINK library… LABELS unit|integration|e2e [TIMEOUT seconds])
function(electric_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(${name} PRIVATE build_rules Qt6::Test ${ARG_LINK})
    add_test(NAME ${name} COMMAND ${name})
    if("unit" IN_LIST ARG_LABELS)
        add_dependencies(unit_tests ${name})
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8")
endfunction()
