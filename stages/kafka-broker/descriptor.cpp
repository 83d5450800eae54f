#include "descriptor.hpp"

#include <unistd.h>

namespace weir::kafka_broker {

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

}  // namespace weir::kafka_broker
