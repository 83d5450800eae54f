# Installs the kit alone into a private prefix, builds the template against it, as a stranger would, and runs its test; with a
# built engine, checks and runs its pipeline too.
# cmake -DBUILD=… -DWORK=… -DSOURCE=… -DGENERATOR=… -DCXX_COMPILER=… -DCXX_FLAGS=… -DWEIR=… -P template_test.cmake
cmake_minimum_required(VERSION 3.25)

function(run what)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(COPY ${SOURCE}/ DESTINATION ${WORK}/template)
run("Installing the kit" ${CMAKE_COMMAND} --install ${BUILD} --component kit --prefix ${WORK}/prefix)
run("Configuring the template" ${CMAKE_COMMAND} -S ${WORK}/template -B ${WORK}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_COMPILER=${CXX_COMPILER} "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
run("Building the template" ${CMAKE_COMMAND} --build ${WORK}/build)
run("The template's own test" ${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --output-on-failure --no-tests=error)

file(GLOB stages ${BUILD}/plugins/generate-source.so ${BUILD}/plugins/dead-letter-log.so)
list(LENGTH stages found)
if(NOT EXISTS "${WEIR}" OR NOT found EQUAL 2)
  message(STATUS "the engine or the stages of the template's pipeline are not built: its pipeline was not run")
  return()
endif()
run("Checking the template's pipeline"
  ${WEIR} check ${WORK}/template/uppercase.yaml --plugins ${WORK}/build/plugins --plugins ${BUILD}/plugins)
run("Running the template's pipeline"
  ${WEIR} run ${WORK}/template/uppercase.yaml --plugins ${WORK}/build/plugins --plugins ${BUILD}/plugins)
file(STRINGS ${WORK}/template/var/greetings.jsonl greetings REGEX "GREETING.*HELLO ")
list(LENGTH greetings count)
if(NOT count EQUAL 10)
  message(FATAL_ERROR "the template's pipeline wrote ${count} greetings in capitals instead of 10")
endif()
