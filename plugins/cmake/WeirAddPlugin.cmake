# weir_add_plugin(NAME SOURCES FILE… [SCHEMAS FILE.schema.json…] [LIBRARIES TARGET…])
#
# The only way to make a plugin, in Weir's tree and outside of it. Builds NAME.so, which exports weir_plugin_v1 and nothing
# else, into plugins/ of the build; and an object library NAME-objects of the same sources, for the plugin's unit tests.
# A schema `some-stage.schema.json` is included as "some-stage.schema.hpp" and is then `weir::schemas::some_stage`.

set(WEIR_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(weir_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;SCHEMAS;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "weir_add_plugin(${name} …) takes SOURCES, and may take SCHEMAS and LIBRARIES")
  endif()

  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}-schemas)
  set(schema_headers "")
  foreach(schema IN LISTS arg_SCHEMAS)
    get_filename_component(base ${schema} NAME)
    string(REGEX REPLACE "\\.schema\\.json$" "" base ${base})
    string(REPLACE "-" "_" variable ${base})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema})
    file(READ ${schema} content)
    file(CONFIGURE OUTPUT ${generated}/${base}.schema.hpp @ONLY CONTENT
"#pragma once
namespace weir::schemas {
inline constexpr char @variable@[] = R\"weir-schema(@content@)weir-schema\";
}
")
    list(APPEND schema_headers ${generated}/${base}.schema.hpp)
  endforeach()

  add_library(${name}-objects OBJECT ${arg_SOURCES} ${schema_headers})
  target_link_libraries(${name}-objects PUBLIC weir::kit ${arg_LIBRARIES})
  target_include_directories(${name}-objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${generated})
  target_compile_options(${name}-objects PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  set_target_properties(${name}-objects PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)

  add_library(${name} MODULE)
  target_link_libraries(${name} PRIVATE ${name}-objects)
  # Sanitizers leave symbols for the main program to define, so -z defs cannot hold there.
  target_link_options(${name} PRIVATE -Wl,--version-script=${WEIR_PLUGIN_MAP})
  if(NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "fsanitize")
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
    LINK_DEPENDS ${WEIR_PLUGIN_MAP})
endfunction()
