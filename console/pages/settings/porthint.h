#pragma once

#include "console/control/ports.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace electric::console {

// Beneath a port: who holds it already, and a free one for a click. Hidden while there is nothing to say.
class PortHint final : public QWidget
{
    Q_OBJECT

public:
    explicit PortHint(QWidget *parent);

    void tell(const PortTrouble &trouble);
    void clear() { hide(); }
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void otherPortWanted(quint16 port);

private:
    quint16 m_proposed = 0;
    QLabel *m_words = nullptr;
    QPushButton *m_take = nullptr;
};

} // namespace electric::console
