#include "kafka_sink.hpp"

WEIR_PLUGIN("kafka-sink", "0.1.0", weir::kafka_sink::KafkaSink);
