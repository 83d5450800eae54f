#include "kafka_broker.hpp"

WEIR_PLUGIN("kafka-broker", "0.1.0", weir::kafka_broker::KafkaBroker);
