#include <weir/stage.hpp>

#include "pg_sink.hpp"

WEIR_PLUGIN("pg-sink", "0.1.0", weir::pg_sink::PgSink);
