#pragma once

#include <string>
#include <weir/stage.hpp>

namespace weir::kafka_source {

/// For a question that the brokers cannot answer now.
[[noreturn]] inline void ask_again(const std::string& question, const std::string& why) {
  throw Retry("kafka-source cannot learn " + question + ": " + why +
              "; it asks again, see whether the brokers are well");
}

}  // namespace weir::kafka_source
