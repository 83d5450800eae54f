#include "kafka_broker.hpp"

#include "listen_address.hpp"

namespace weir::kafka_broker {

KafkaBroker::KafkaBroker(const Context& context)
    : host_(context.host),
      listen_(listen_address(context.config.text("/listen"))),
      brokers_(static_cast<int>(context.config.integer("/brokers"))) {
  for (std::size_t i = 0; i < context.config.length("/topics"); ++i) {
    const std::string place = "/topics/" + std::to_string(i);
    topics_.push_back(
        {.name = context.config.text(place + "/name"),
         .partitions = static_cast<int>(context.config.integer(place + "/partitions"))});
  }
}

void KafkaBroker::start() {
  auto cluster = std::make_unique<MockCluster>(brokers_, host_);
  for (const auto& topic : topics_) cluster->create_topic(topic.name, topic.partitions);
  forwarder_ = std::make_unique<Forwarder>(listen_, cluster->address());
  cluster_ = std::move(cluster);
  host_.info("a cluster of " + std::to_string(brokers_) + " mock brokers is at port " +
             std::to_string(forwarder_->port()) + "; it forgets everything when it stops");
}

void KafkaBroker::stop() {
  forwarder_.reset();
  cluster_.reset();
}

}  // namespace weir::kafka_broker
