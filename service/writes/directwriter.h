#pragma once
#include "service/pg/connectionoptions.h"
#include "service/writes/clienttransaction.h"
namespace electric::writes {
class DirectWriter : public WriteSink {
public:
    void setDatabase(pg::ConnectionOptions, std::string) {}
    void submit(ClientTransaction, std::function<void(Outcome)>) override;
};
}
