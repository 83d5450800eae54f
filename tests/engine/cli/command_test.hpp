#pragma once

#include "engine/cli/cli.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {

/// Calls the command line as its user does, and keeps what it prints.
class CommandTest : public testing::Test {
 protected:
  /// `words` begin with the program's name. The exit code.
  int call(const std::vector<std::string>& words) {
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = cli(static_cast<int>(arguments.size()), arguments.data());
    output = testing::internal::GetCapturedStdout();
    errors = testing::internal::GetCapturedStderr();
    return code;
  }

  std::string output, errors;
};

}  // namespace weir
