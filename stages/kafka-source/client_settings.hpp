#pragma once

#include <string>

#include "handles.hpp"
#include "settings.hpp"

namespace weir::kafka_source {

/// librdkafka's configuration, without callbacks. Throws when a property is unknown, wrong, or
/// owned by the stage.
ClientSettings client_settings(const Settings& settings, const std::string& client_id);

}  // namespace weir::kafka_source
