#include "kafka_source.hpp"

WEIR_PLUGIN("kafka-source", "0.1.0", weir::kafka_source::KafkaSource);
